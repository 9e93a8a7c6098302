using System.Text.Json;
using CustomerIo.Connector.Manifest;
using CustomerIo.Connector.Track;
using CustomerIo.Connector.Values;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Batching;

/// <summary>Turns lines of JSON into the bytes of operations; one for each thread.</summary>
/// <param name="catalogue">The actions.</param>
/// <param name="action">The action whose input a line is; null when a line is an operation.</param>
/// <param name="item">What the operations may ask for.</param>
internal sealed class OperationWriter(Catalogue catalogue, ActionManifest? action, ItemContext item)
{
    private readonly IOperationAction? _code = action is null ? null : (IOperationAction)catalogue.Code(action);
    private Utf8JsonWriter? _writer;
    private JObject _map = [];

    public ItemContext Item => item;

    /// <summary>The input that a line is; null when a line is an operation.</summary>
    public InputSchema? Schema => action?.Schema;

    /// <summary>Writes the operation of a line to the end of <paramref name="output"/> and adds whom it names to <paramref name="keys"/>.</summary>
    /// <returns>False when the operation must not be done twice.</returns>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>; nothing was written.</exception>
    public bool Write(ReadOnlySpan<byte> line, long index, ByteBuffer output, List<ulong> keys)
    {
        Span<RawValue> values = stackalloc RawValue[RawInput.MaxProperties];
        var firstKey = keys.Count;
        scoped RawInput input = default;
        var isPlain = action is not null && RawInput.TryRead(action.Schema, line, values, keys, out input);
        return Write(isPlain, input, line, index, output, keys, firstKey);
    }

    /// <summary>The same of a line that was checked while it was written.</summary>
    public bool Write(in RawInput input, ReadOnlySpan<byte> line, long index, ByteBuffer output, List<ulong> keys, ReadOnlySpan<ulong> attributeKeys)
    {
        var firstKey = keys.Count;
        keys.AddRange(attributeKeys);
        return Write(true, input, line, index, output, keys, firstKey);
    }

    /// <summary>The same of an input that a program holds; one without nullable annotations may well yield null.</summary>
    /// <exception cref="FormatException">A value of it cannot be JSON.</exception>
    public bool Write(JObject? input, long index, ByteBuffer output, List<ulong> keys)
    {
        var (start, firstKey) = (output.Length, keys.Count);
        try
        {
            return Fits(output, start, Put(input, index, output, keys));
        }
        catch
        {
            TakeBack(output, start, keys, firstKey);
            throw;
        }
    }

    private bool Write(bool isPlain, in RawInput input, ReadOnlySpan<byte> line, long index, ByteBuffer output, List<ulong> keys, int firstKey)
    {
        var start = output.Length;
        item.Index = index;
        try
        {
            // What is too long as it was written may fit without the blanks in it.
            if (isPlain && TryCarry(input, output, keys) && BatchLimits.Excess(output.Length - start) is null)
            {
                return true;
            }

            TakeBack(output, start, keys, firstKey);
            return Fits(output, start, Put(Read(line), index, output, keys));
        }
        catch
        {
            TakeBack(output, start, keys, firstKey);
            throw;
        }
    }

    private bool Put(JObject? input, long index, ByteBuffer output, List<ulong> keys)
    {
        item.Index = index;
        input = input ?? throw ConnectorException.Input("", "is null; an item is an object with the action's inputs.");
        var operation = action is null ? OperationReader.Read(input, catalogue, item) : OperationReader.Ours(_code!, action.Validate(input), item);
        Write(operation, null, default, output);
        operation.AddKeys(keys);
        return operation.Type != "delivery";
    }

    private static bool Fits(ByteBuffer output, int start, bool repeatable) =>
        BatchLimits.Excess(output.Length - start) is { } excess ? throw ConnectorException.Input("", excess) : repeatable;

    private static void TakeBack(ByteBuffer output, int start, List<ulong> keys, int firstKey)
    {
        output.Length = start;
        keys.RemoveRange(firstKey, keys.Count - firstKey);
    }

    private static JObject Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return ConnectorJson.ParseObject(line);
        }
        catch (FormatException e)
        {
            throw new ConnectorException(FailureKind.Input, "The line cannot be read: " + e.Message, [new Problem("", e.Message)]);
        }
    }

    // Where the action puts the map into its operation as it is, its text goes from the line to the body untouched.
    private bool TryCarry(in RawInput input, ByteBuffer output, List<ulong> keys)
    {
        if (_code!.TryCarry(input, item, output, keys))
        {
            return true;
        }

        // One empty object after another stands for the map, as long as no action keeps it.
        _map = _map is { Count: 0, Parent: null } ? _map : [];
        if (input.ToValues(_map) is not { } checkedValues)
        {
            return false;
        }

        var operation = OperationReader.Ours(_code!, checkedValues, item);
        operation.AddKeys(keys);
        return Write(operation, input.Text.IsEmpty ? null : _map, input.Text, output);
    }

    private bool Write(Operation operation, JObject? map, ReadOnlySpan<byte> text, ByteBuffer output)
    {
        var writer = _writer ??= ConnectorJson.Writer(output);
        writer.Reset(output);
        var found = operation.Write(writer, map, text);
        writer.Flush();
        return found;
    }
}
