// Each fixture has its own Node-RED, and most of what it does is waiting.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
