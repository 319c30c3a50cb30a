"""A peer process: reads one JSON object a line, answers with one. Started by the benchmarks, which measure it and themselves in turns."""
import json
import sys
import time
import traceback

import torch

import classifier
import layers
import tensors

held = {}


def timed(action):
    began = time.perf_counter()
    result = action()
    return (time.perf_counter() - began) * 1e3, result


def probe(_):
    """GFLOP/s of a product in use: which kernels OpenBLAS chose is known only by its speed."""
    a, b = torch.randn(16384, 64), torch.randn(64, 128)
    best = min(timed(lambda: a @ b)[0] for _ in range(20))
    return {"gflops": 2 * 16384 * 64 * 128 / best / 1e6, "torch": torch.__version__, "python": sys.version.split()[0]}


def load_layer(request):
    """Inputs, upstream gradient and parameters of a layer, for the commands that follow."""
    given = tensors.read(request["file"])
    held["u"], held["gy"] = given.pop("u").requires_grad_(), given.pop("gy")
    held["p"] = {name: tensor.requires_grad_() for name, tensor in given.items()}
    held["kind"] = request["kind"]
    return {"variants": layers.variants(held["kind"])}


def layer_forward(variant):
    with torch.no_grad():
        return layers.layer(held["kind"], held["p"], held["u"], variant)


def layer_train(variant):
    for tensor in [held["u"], *held["p"].values()]:
        tensor.grad = None
    y = layers.layer(held["kind"], held["p"], held["u"], variant)
    y.backward(held["gy"])
    return y


def layer(request):
    """Milliseconds of one forward pass or training step; the results go to a file where one is named."""
    run = layer_train if request["train"] else layer_forward
    ms, y = timed(lambda: run(request["variant"]))
    if "out" in request:
        results = {"y": y}
        if request["train"]:
            results |= {"u": held["u"].grad} | {name: tensor.grad for name, tensor in held["p"].items()}
        tensors.write(request["out"], results)
    return {"ms": ms}


def fit(request):
    parameters = tensors.read(request["file"])
    ms, loss = timed(lambda: classifier.fit(parameters, request["variant"], request["data"], request["count"], request["batch"], request["rate"]))
    return {"ms": ms, "loss": loss}


def score(request):
    parameters = tensors.read(request["file"])
    ms, scores = timed(lambda: classifier.score(parameters, request["variant"], request["data"], request["count"], request["batch"]))
    if "out" in request:
        tensors.write(request["out"], {"scores": scores})
    return {"ms": ms}


def stream(request):
    """Microseconds of one time step, eager and traced, on one thread. torch.jit.freeze would be next, but fails on this network in 1.13."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    model = classifier.Classifier(tensors.read(request["file"]), "seqf")
    model.p = {name: tensor.detach() for name, tensor in model.p.items()}
    step = classifier.Step(model).eval()
    u = tensors.read(request["inputs"])["u"]
    results = {}
    with torch.no_grad():
        start = torch.zeros(len(step.blocks), 1, step.blocks[0][2].numel(), dtype=torch.complex64)
        for name, run in (("eager", step), ("traced", torch.jit.trace(step, (u[:1], start)))):
            for _ in range(3):
                states, outputs = start, []
                began = time.perf_counter()
                for row in u.split(1):
                    y, states = run(row, states)
                    outputs.append(y)
                results[name] = (time.perf_counter() - began) * 1e6 / len(outputs)
    tensors.write(request["out"], {"y": torch.cat(outputs)})
    torch.set_num_threads(threads)
    return {"us": results}


def memory(_):
    """Peak resident set of this process, MiB."""
    with open("/proc/self/status") as file:
        return {"mib": next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))}


COMMANDS = {"probe": probe, "load": load_layer, "layer": layer, "fit": fit, "score": score, "stream": stream, "memory": memory}


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = COMMANDS[request["command"]](request)
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


main()
