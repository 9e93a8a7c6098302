namespace CustomerIo.Connector.Cli.Tests.Knot.Left
{
    internal sealed class Hand
    {
        public Right.Hand? Other { get; init; }
    }
}

namespace CustomerIo.Connector.Cli.Tests.Knot.Right
{
    internal sealed class Hand
    {
        public Left.Hand? Other { get; init; }
    }
}
