// The fixtures that share one Node-RED wait for each other; what needs none runs beside.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
