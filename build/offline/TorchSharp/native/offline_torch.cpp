// What the substitute for TorchSharp asks of libtorch: any operator by its name (through the dispatcher's boxed calls, so nothing is compiled per
// operator), a tensor's memory and shape, the autograd engine, and a graph node whose backward pass is managed code.
//
// A tensor is its TensorImpl pointer with one reference owned by the caller; null is the undefined tensor. No exception passes this border: a call
// that fails returns -1 or null, and ot_error has the text.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <cstring>
#include <string>
#include <vector>

#define API extern "C" __attribute__((visibility("default")))

using at::Tensor;
using torch::autograd::variable_list;
typedef c10::TensorImpl* Handle;

namespace {

thread_local std::string error;

template <class R, class F>
R guarded(R failed, F body) {
  try {
    return body();
  } catch (const c10::Error& e) {
    error = e.what_without_backtrace();
  } catch (const std::exception& e) {
    error = e.what();
  } catch (...) {
    error = "an exception of unknown type";
  }
  return failed;
}

// Borrowed: the caller's reference stays the caller's.
Tensor borrow(Handle handle) {
  return handle ? Tensor(c10::intrusive_ptr<c10::TensorImpl, at::UndefinedTensorImpl>::reclaim_copy(handle)) : Tensor();
}

Handle give(Tensor tensor) {
  return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

variable_list borrow(const Handle* handles, int64_t count) {
  variable_list tensors;
  tensors.reserve(count);
  for (int64_t i = 0; i < count; i++) tensors.push_back(borrow(handles[i]));
  return tensors;
}

void give(const variable_list& tensors, Handle* handles) {
  for (size_t i = 0; i < tensors.size(); i++) handles[i] = give(tensors[i]);
}

}  // namespace

API const char* ot_error() { return error.c_str(); }

API void ot_fail(const char* text) { error = text; }

// ---- operators ----

// The kinds of values that go in and out; Kind in Native.cs has the same numbers.
enum Kind : int32_t { None, Object, Integer, Real, Boolean, Complex, Text, Device, Objects, OptionalObjects, Integers, Reals, Generator };

struct Value {
  Kind kind;
  int32_t count;  // of a list's elements or a text's bytes; the index of a device
  union {
    int64_t integer;
    double real;
    const void* pointer;
  };
  double imaginary;
};

namespace {

template <class T>
c10::List<T> list(const Value& v) {
  auto first = static_cast<const T*>(v.pointer);
  return c10::List<T>(c10::ArrayRef<T>(first, v.count));
}

c10::IValue unpack(const Value& v) {
  auto handles = static_cast<const Handle*>(v.pointer);
  switch (v.kind) {
    case Object: return borrow(static_cast<Handle>(const_cast<void*>(v.pointer)));
    case Integer: return v.integer;
    case Real: return v.real;
    case Boolean: return v.integer != 0;
    case Complex: return c10::complex<double>(v.real, v.imaginary);
    case Text: return std::string(static_cast<const char*>(v.pointer), v.count);
    case Device: return c10::Device(static_cast<c10::DeviceType>(v.integer), static_cast<c10::DeviceIndex>(v.count));
    case Objects: return c10::List<Tensor>(c10::ArrayRef<Tensor>(borrow(handles, v.count)));
    case OptionalObjects: {
      c10::List<c10::optional<Tensor>> tensors;
      for (int i = 0; i < v.count; i++) tensors.push_back(handles[i] ? c10::make_optional(borrow(handles[i])) : c10::nullopt);
      return tensors;
    }
    case Integers: return list<int64_t>(v);
    case Reals: return list<double>(v);
    case Generator: return *static_cast<const at::Generator*>(v.pointer);
    default: return c10::IValue();
  }
}

void pack(const c10::IValue& from, Value& v) {
  v = {};
  if (from.isTensor()) {
    v.kind = Object;
    v.pointer = give(from.toTensor());
  } else if (from.isTensorList()) {
    auto tensors = from.toTensorVector();
    auto handles = new Handle[tensors.size()];
    give(tensors, handles);
    v.kind = Objects;
    v.count = static_cast<int32_t>(tensors.size());
    v.pointer = handles;
  } else if (from.isInt()) {
    v.kind = Integer;
    v.integer = from.toInt();
  } else if (from.isDouble()) {
    v.kind = Real;
    v.real = from.toDouble();
  } else if (from.isBool()) {
    v.kind = Boolean;
    v.integer = from.toBool();
  } else if (from.isComplexDouble()) {
    v.kind = Complex;
    v.real = from.toComplexDouble().real();
    v.imaginary = from.toComplexDouble().imag();
  } else {
    TORCH_CHECK(from.isNone(), "a result of type ", from.tagKind(), " is not known here");
  }
}

}  // namespace

// An operator by its name in the schema and its overload, such as "aten::add" and "Tensor"; never released.
API void* ot_operator(const char* name, const char* overload) {
  return guarded<void*>(nullptr, [&] { return new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload)); });
}

// Calls it; arguments that are not given are the schema's defaults. Returns the number of results.
API int32_t ot_call(const c10::OperatorHandle* op, const Value* arguments, int32_t count, Value* results, int32_t room) {
  return guarded(-1, [&]() -> int32_t {
    torch::jit::Stack stack;
    const auto& declared = op->schema().arguments();
    stack.reserve(declared.size());
    for (int32_t i = 0; i < count; i++) stack.push_back(unpack(arguments[i]));
    for (size_t i = count; i < declared.size(); i++) {
      TORCH_CHECK(declared[i].default_value(), op->schema().name(), " needs its argument ", declared[i].name());
      stack.push_back(*declared[i].default_value());
    }
    op->callBoxed(&stack);
    TORCH_CHECK(stack.size() <= static_cast<size_t>(room), op->schema().name(), " has ", stack.size(), " results");
    for (size_t i = 0; i < stack.size(); i++) pack(stack[i], results[i]);
    return static_cast<int32_t>(stack.size());
  });
}

API void ot_free_list(Handle* handles) { delete[] handles; }

// ---- tensors ----

API Handle ot_retain(Handle handle) {
  return give(borrow(handle));
}

API void ot_release(Handle handle) {
  c10::intrusive_ptr<c10::TensorImpl, at::UndefinedTensorImpl>::reclaim(handle);
}

// A tensor over the caller's memory; released(owner) is called once nothing refers to that memory any more.
API Handle ot_over_memory(void* data, const int64_t* sizes, int32_t rank, int32_t type, void* owner, void (*released)(void*)) {
  return guarded<Handle>(nullptr, [&] {
    auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(type));
    return give(at::from_blob(data, at::IntArrayRef(sizes, rank), [=](void*) { released(owner); }, options));
  });
}

// Whether it failed: a lazily conjugated view, for instance, has no memory that could be read as it stands.
API int32_t ot_data(Handle handle, void** data) {
  return guarded(-1, [&] {
    auto tensor = borrow(handle);
    TORCH_CHECK(!tensor.is_conj() && !tensor.is_neg(), "a lazily conjugated or negated view cannot be read: call resolve_conj() or resolve_neg()");
    *data = tensor.data_ptr();
    return 0;
  });
}

struct Description {
  int64_t elements, element_size, offset;
  const int64_t *sizes, *strides;
  int32_t rank, type, device, device_index, contiguous, requires_grad, leaf, conjugated, negated;
};

API int32_t ot_describe(Handle handle, Description* d) {
  return guarded(-1, [&] {
    auto t = borrow(handle);
    *d = {t.numel(), static_cast<int64_t>(t.element_size()), t.storage_offset(), t.sizes().data(), t.strides().data(),
          static_cast<int32_t>(t.dim()), static_cast<int32_t>(t.scalar_type()), static_cast<int32_t>(t.device().type()), t.device().index(),
          t.is_contiguous(), t.requires_grad(), t.is_leaf(), t.is_conj(), t.is_neg()};
    return 0;
  });
}

API int32_t ot_set_requires_grad(Handle handle, int32_t value) {
  return guarded(-1, [&] { return borrow(handle).set_requires_grad(value != 0), 0; });
}

// ---- autograd ----

API Handle ot_grad(Handle handle) {
  return guarded<Handle>(nullptr, [&] { return give(borrow(handle).grad()); });
}

API int32_t ot_set_grad(Handle handle, Handle grad) {
  return guarded(-1, [&] { return borrow(handle).mutable_grad() = borrow(grad), 0; });
}

API int32_t ot_grad_enabled() { return at::GradMode::is_enabled(); }

API void ot_set_grad_enabled(int32_t value) { at::GradMode::set_enabled(value != 0); }

API int32_t ot_backward(const Handle* tensors, int64_t count, const Handle* grads, int64_t grad_count, int32_t retain, int32_t create,
                        const Handle* inputs, int64_t input_count) {
  return guarded(-1, [&] {
    torch::autograd::backward(borrow(tensors, count), borrow(grads, grad_count), retain != 0, create != 0, borrow(inputs, input_count));
    return 0;
  });
}

// results has room for as many as there are inputs.
API int32_t ot_gradients(const Handle* outputs, int64_t count, const Handle* inputs, int64_t input_count, const Handle* grads, int64_t grad_count,
                         int32_t retain, int32_t create, int32_t allow_unused, Handle* results) {
  return guarded(-1, [&] {
    give(torch::autograd::grad(borrow(outputs, count), borrow(inputs, input_count), borrow(grads, grad_count), retain != 0, create != 0,
                               allow_unused != 0), results);
    return 0;
  });
}

// What a managed function gets called back for; both are given the owner that ot_node was given. backward fills in a gradient for each of the
// function's inputs, which become the node's, and returns other than 0 after ot_fail. released comes last, when the graph is gone.
typedef int32_t (*Backward)(void* owner, const Handle* grads, int64_t count, Handle* results, int64_t room);
typedef void (*Released)(void* owner);

struct ManagedNode : torch::autograd::Node {
  void* owner;
  Backward backward;
  Released released;
  std::vector<torch::autograd::SavedVariable> saved;

  variable_list apply(variable_list&& grads) override {
    std::vector<Handle> given(grads.size()), results(num_outputs());
    give(grads, given.data());
    if (backward(owner, given.data(), given.size(), results.data(), results.size()) != 0) throw std::runtime_error(error);
    variable_list tensors;
    for (auto handle : results) {
      tensors.push_back(borrow(handle));
      if (handle) ot_release(handle);
    }
    return tensors;
  }

  ~ManagedNode() override { released(owner); }
};

typedef std::shared_ptr<ManagedNode> Node;

API Node* ot_node(void* owner, Backward backward, Released released, const Handle* inputs, int64_t count) {
  return guarded<Node*>(nullptr, [&] {
    auto edges = torch::autograd::collect_next_edges(borrow(inputs, count));
    Node node(new ManagedNode(), torch::autograd::deleteNode);
    node->owner = owner;
    node->backward = backward;
    node->released = released;
    node->set_next_edges(std::move(edges));
    return new Node(std::move(node));
  });
}

// The caller's hold on the node; what it made is held by its outputs.
API void ot_node_release(Node* node) { delete node; }

API ManagedNode* ot_node_pointer(Node* node) { return node->get(); }

// Makes what forward returned the outputs of a node, or of none where nothing needs a gradient. results has room for all outputs.
API int32_t ot_wrap_outputs(Node* node, const Handle* inputs, int64_t count, const Handle* constants, int64_t constant_count, const Handle* dirty,
                            int64_t dirty_count, const Handle* outputs, int64_t output_count, Handle* results) {
  return guarded(-1, [&] {
    std::unordered_set<c10::TensorImpl*> constant(constants, constants + constant_count), changed(dirty, dirty + dirty_count);
    for (auto handle : changed) handle->bump_version();
    auto made = borrow(outputs, output_count);
    auto no_forward_mode = [](variable_list, variable_list) -> variable_list { TORCH_CHECK(false, "forward mode is not known here"); };
    auto wrapped = torch::autograd::_wrap_outputs(borrow(inputs, count), constant, changed, torch::autograd::to_optional(made),
                                                  node ? *node : nullptr, no_forward_mode);
    for (int64_t i = 0; i < output_count; i++) results[i] = wrapped[i] ? give(*wrapped[i]) : nullptr;
    return 0;
  });
}

API int32_t ot_save(ManagedNode* node, const Handle* tensors, int64_t count) {
  return guarded(-1, [&] {
    for (auto& tensor : borrow(tensors, count)) {
      bool output = tensor.defined() && tensor.grad_fn().get() == node;
      node->saved.emplace_back(tensor, output);
    }
    return 0;
  });
}

// results has room for as many as were saved.
API int32_t ot_saved(ManagedNode* node, Handle* results) {
  return guarded(-1, [&] {
    for (size_t i = 0; i < node->saved.size(); i++) results[i] = give(node->saved[i].unpack(node->shared_from_this()));
    return 0;
  });
}

// ---- threads and random numbers ----

API int32_t ot_threads() { return at::get_num_threads(); }

API int32_t ot_set_threads(int32_t count) {
  return guarded(-1, [&] { return at::set_num_threads(count), 0; });
}

API at::Generator* ot_generator(int32_t standard, uint64_t seed) {
  return guarded<at::Generator*>(nullptr, [&] {
    return new at::Generator(standard ? at::detail::getDefaultCPUGenerator() : at::detail::createCPUGenerator(seed));
  });
}

API void ot_generator_release(at::Generator* generator) { delete generator; }

API int32_t ot_generator_seed(at::Generator* generator, uint64_t seed) {
  return guarded(-1, [&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    generator->set_current_seed(seed);
    return 0;
  });
}

API uint64_t ot_generator_current_seed(at::Generator* generator) { return generator->current_seed(); }
