using System.Text.Json;
using CustomerIo.Connector.Values;

namespace CustomerIo.Connector.Track;

/// <summary>Operations of plain inputs, written from their bytes.</summary>
internal static class PlainOperation
{
    /// <summary>Writes the beginning of an operation on a person, from the inputs <c>id</c> and <c>idType</c>.</summary>
    /// <param name="input">The input.</param>
    /// <param name="action">The operation's action.</param>
    /// <param name="others">The other inputs that are given and that the caller has not taken.</param>
    /// <param name="output">Takes the operation.</param>
    /// <param name="keys">Takes whom it names.</param>
    /// <returns>False when they are not plain, or not all; then nothing was written.</returns>
    public static bool TryBegin(in RawInput input, ReadOnlySpan<byte> action, ulong others, ByteBuffer output, List<ulong> keys)
    {
        if (!TryPerson(input, others, out var id, out var key))
        {
            return false;
        }

        Begin(id, key, action, output, keys);
        return true;
    }

    /// <summary>The person that the inputs <c>id</c> and <c>idType</c> name.</summary>
    /// <param name="input">The input.</param>
    /// <param name="others">The other inputs that are given and that the caller has not taken.</param>
    /// <param name="id">The identifier as it stands in JSON.</param>
    /// <param name="key">Its kind, as v2 calls it.</param>
    /// <returns>False when they are not plain, or not all.</returns>
    public static bool TryPerson(in RawInput input, ulong others, out ReadOnlySpan<byte> id, out ReadOnlySpan<byte> key)
    {
        id = default;
        key = default;
        var (name, type) = (input.Take("id"u8, ref others), input.Take("idType"u8, ref others));
        ReadOnlySpan<byte> kind = default;
        if (input.TypeOf(type) != JsonTokenType.None)
        {
            if (!input.IsPlain(type))
            {
                return false;
            }

            kind = input.Bytes(type);
        }

        if (others != 0 || input.TypeOf(name) == JsonTokenType.None || !input.IsPlain(name))
        {
            return false;
        }

        id = input.Bytes(name);
        return Person.IsPlain(id, kind, out key);
    }

    /// <summary>Writes the beginning of an operation on a person.</summary>
    public static void Begin(ReadOnlySpan<byte> id, ReadOnlySpan<byte> key, ReadOnlySpan<byte> action, ByteBuffer output, List<ulong> keys)
    {
        output.Append("{\"type\":\"person\",\"identifiers\":{\""u8);
        output.Append(key);
        output.Append("\":\""u8);
        output.Append(id);
        output.Append("\"},\"action\":\""u8);
        output.Append(action);
        output.Append("\""u8);
        keys.Add(PersonKeys.Of(id));
    }
}
