// One test counts the tensors and the memory of the process, and libtorch has threads of its own.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
