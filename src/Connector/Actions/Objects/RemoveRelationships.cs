namespace CustomerIo.Connector.Actions.Objects;

/// <summary>Ends relationships of people and objects: <c>POST /api/v2/entity</c>, action <c>delete_relationships</c>.</summary>
internal sealed class RemoveRelationships() : RelationshipAction("delete_relationships");
