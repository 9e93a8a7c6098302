namespace CustomerIo.Connector.Manifest;

/// <summary>The code of an action, found from its id by name.</summary>
internal interface IActionCode
{
    /// <summary>The record that holds the action's own inputs.</summary>
    Type InputType { get; }
}
