// One test counts the tensors and the memory of the process, and libtorch uses all cores for each of them anyway.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
