"""The classifier: standardise, encode, blocks of x + glu(core(norm(x))), mean over time, decode; one loop of training as the library has it."""
import gzip
import math
import struct

import torch
import torch.nn.functional as F

import layers


class Classifier:
    """S5 blocks with LayerNorm in front and half_glu1 behind, from the library's parameters by their names."""

    def __init__(self, parameters, variant):
        self.p = {name: tensor.requires_grad_(not name.startswith("Input.")) for name, tensor in parameters.items()}
        self.blocks = 1 + max(int(name.split(".")[1]) for name in parameters if name.startswith("Blocks."))
        self.variant = variant

    def block(self, i):
        scope = f"Blocks.{i}."
        return {name[len(scope):]: tensor for name, tensor in self.p.items() if name.startswith(scope)}

    def core(self, i):
        return {name[5:]: tensor for name, tensor in self.block(i).items() if name.startswith("Core.")}

    def forward(self, x):
        """Logits (B, classes) of x (B, T, inputs)."""
        p = self.p
        x = F.linear((x - p["Input.Mean"]) / p["Input.Deviation"], p["Encoder.Weight"], p["Encoder.Bias"])
        for i in range(self.blocks):
            b = self.block(i)
            v = F.layer_norm(x, x.shape[-1:], b["Norm.Scale"], b["Norm.Bias"])
            w = F.gelu(layers.layer("S5", self.core(i), v, self.variant), approximate="tanh")
            x = torch.addcmul(x, w, torch.sigmoid(F.linear(w, b["Map.Gate.Weight"], b["Map.Gate.Bias"])))
        return F.linear(x.mean(1), p["Decoder.Weight"], p["Decoder.Bias"])


def groups(parameters, rate, factor, decay):
    """What AdamW gets: matrices with decay, recurrences with a rate of their own and none, the rest plain."""
    space = ("LambdaReLog", "LambdaIm", "LogStep", ".Core.B")
    trained = {name: tensor for name, tensor in parameters.items() if not name.startswith("Input.")}
    recurrence = [t for n, t in trained.items() if n.endswith(space)]
    matrices = [t for n, t in trained.items() if not n.endswith(space) and n.endswith(("Weight", ".Core.C"))]
    plain = [t for n, t in trained.items() if not n.endswith(space) and not n.endswith(("Weight", ".Core.C"))]
    return [dict(params=matrices, factor=1, weight_decay=decay), dict(params=recurrence, factor=factor, weight_decay=0), dict(params=plain, factor=1, weight_decay=0)]


def mnist(folder, count):
    """The first digits as (count, 784, 1) in [0, 1] and their labels."""
    with gzip.open(f"{folder}/train-images-idx3-ubyte.gz") as file:
        file.read(16)
        pixels = torch.frombuffer(bytearray(file.read(784 * count)), dtype=torch.uint8)
    with gzip.open(f"{folder}/train-labels-idx1-ubyte.gz") as file:
        struct.unpack(">II", file.read(8))
        labels = torch.frombuffer(bytearray(file.read(count)), dtype=torch.uint8)
    return pixels.view(count, 784, 1).float() / 255, labels.long()


def fit(parameters, variant, folder, count, batch, rate, factor=0.5, decay=0.05, warmup=0.1, clip=1.0):
    """One epoch, from the files on."""
    x, labels = mnist(folder, count)
    parameters["Input.Mean"].copy_(x.mean().view(1))
    parameters["Input.Deviation"].copy_(x.std().view(1))
    model = Classifier(parameters, variant)
    optimizer = torch.optim.AdamW(groups(model.p, rate, factor, decay), lr=rate, foreach=True)
    steps = math.ceil(count / batch)
    rising = int(warmup * steps)
    trained = [tensor for tensor in model.p.values() if tensor.requires_grad]
    for step, rows in enumerate(torch.randperm(count).split(batch)):
        now = rate * ((step + 1) / rising if step < rising else 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising))))
        for group in optimizer.param_groups:
            group["lr"] = now * group["factor"]
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model.forward(x[rows]), labels[rows])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, clip)
        optimizer.step()
    return loss.item()


def score(parameters, variant, folder, count, batch):
    """The probabilities of the first digits, from the files on."""
    with torch.no_grad():
        x, _ = mnist(folder, count)
        model = Classifier(parameters, variant)
        return torch.cat([torch.softmax(model.forward(part), 1) for part in x.split(batch)])


class Step(torch.nn.Module):
    """One time step of the causal network with outputs at every step, prepared: what depends on parameters alone is computed once."""

    def __init__(self, model):
        super().__init__()
        with torch.no_grad():
            p = model.p
            self.encoder = (p["Encoder.Weight"].t().contiguous(), p["Encoder.Bias"])
            self.decoder = (p["Decoder.Weight"].t().contiguous(), p["Decoder.Bias"])
            self.input = (p["Input.Mean"], p["Input.Deviation"])
            self.output = (p["Output.Mean"], p["Output.Deviation"])
            self.blocks = []
            for i in range(model.blocks):
                b = model.block(i)
                lam, inner, outer, d = layers.PREPARE["S5"](model.core(i))
                width = 2 * lam.numel()
                self.blocks.append((
                    b["Norm.Scale"], b["Norm.Bias"], lam, inner.transpose(0, 1).reshape(width, -1).t().contiguous(),
                    outer.permute(2, 1, 0).reshape(width, -1).contiguous(), d, b["Map.Gate.Weight"].t().contiguous(), b["Map.Gate.Bias"]))

    def forward(self, u, states):
        """u (1, inputs), states (blocks, 1, N) complex as pairs; the output and the new states."""
        x = torch.addmm(self.encoder[1], (u - self.input[0]) / self.input[1], self.encoder[0])
        after = []
        for (scale, bias, lam, b, c, d, gate, shift), state in zip(self.blocks, states.unbind(0)):
            v = F.layer_norm(x, x.shape[-1:], scale, bias)
            s = torch.addcmul(torch.view_as_complex(v.mm(b).view(1, -1, 2)), lam, state)
            after.append(s)
            w = F.gelu(torch.addcmul(torch.view_as_real(s).view(1, -1).mm(c), v, d), approximate="tanh")
            x = torch.addcmul(x, w, torch.sigmoid(torch.addmm(shift, w, gate)))
        return torch.addmm(self.decoder[1], x, self.decoder[0]) * self.output[1] + self.output[0], torch.stack(after)
