namespace CustomerIo.Connector.Actions.Segments;

/// <summary>Takes people out of a manual segment: <c>POST /api/v1/segments/{segment}/remove_customers</c>.</summary>
internal sealed class RemoveFromSegment() : SegmentMembers("remove_customers", adds: false);
