namespace CustomerIo.Connector.Actions.Objects;

/// <summary>Relates people and objects: <c>POST /api/v2/entity</c>, action <c>add_relationships</c>.</summary>
internal sealed class AddRelationships() : RelationshipAction("add_relationships");
