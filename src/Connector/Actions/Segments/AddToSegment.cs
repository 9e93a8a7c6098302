namespace CustomerIo.Connector.Actions.Segments;

/// <summary>Adds people to a manual segment: <c>POST /api/v1/segments/{segment}/add_customers</c>.</summary>
internal sealed class AddToSegment() : SegmentMembers("add_customers", adds: true);
