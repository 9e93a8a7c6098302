using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using CustomerIo.Connector.Values;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerIo.Connector.Hub.Access;

/// <summary>Encrypts what a hub keeps, with AES-256 and keys in a folder of their own; they are made when the first secret comes.</summary>
/// <param name="folder">The folder of the keys.</param>
internal sealed class KeyRing(string folder)
{
    private const string Purpose = "CustomerIo.Connector.Hub.Connection";

    private IDataProtectionProvider? _reading;

    /// <summary>Where the keys are, unless somebody names another folder.</summary>
    public static string Usual(string data) => Path.Combine(data, "key-ring");

    /// <summary>The folder of the keys.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>Encrypts a text.</summary>
    /// <param name="name">What it belongs to: it can be opened under the same name only.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: the folder cannot be used.</exception>
    public byte[] Seal(string name, string text)
    {
        try
        {
            return Make(mayMakeKeys: true).CreateProtector(Purpose, name).Protect(Encoding.UTF8.GetBytes(text));
        }
        catch (Exception e) when (IsOfTheRing(e))
        {
            throw new ConnectorException(
                FailureKind.Input,
                $"The key ring {Folder} cannot be used: {Cause(e)} Name a folder that this user may write with --key-ring.",
                inner: e
            );
        }
    }

    /// <summary>Decrypts a text; null when the ring has no key for it, or it was changed.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Unavailable"/>: the folder cannot be read.</exception>
    public string? Open(string name, byte[] sealedText)
    {
        // A key that another process made meanwhile is found by reading the folder anew.
        return Open(_reading ??= Make(mayMakeKeys: false), name, sealedText) ?? Open(_reading = Make(mayMakeKeys: false), name, sealedText);
    }

    private string? Open(IDataProtectionProvider ring, string name, byte[] sealedText)
    {
        try
        {
            return Encoding.UTF8.GetString(ring.CreateProtector(Purpose, name).Unprotect(sealedText));
        }
        catch (Exception e) when (e.GetBaseException() is IOException or UnauthorizedAccessException or XmlException)
        {
            throw new ConnectorException(
                FailureKind.Unavailable,
                $"The key ring {Folder} cannot be read: {Cause(e)} Name another one with --key-ring, or let this user read it.",
                inner: e
            );
        }
        catch (Exception e) when (IsOfTheRing(e))
        {
            return null;
        }
    }

    // The innermost one may be the system's, in three words without a name.
    private static string Cause(Exception e)
    {
        while (e is not (IOException or UnauthorizedAccessException or XmlException) && e.InnerException is { } inner)
        {
            e = inner;
        }

        return e.Message.TrimEnd('.') + ".";
    }

    private static bool IsOfTheRing(Exception e) =>
        e is CryptographicException or InvalidOperationException or IOException or UnauthorizedAccessException or XmlException;

    private IDataProtectionProvider Make(bool mayMakeKeys)
    {
        var services = new ServiceCollection();
        services
            .AddDataProtection()
            .SetApplicationName("customerio-connector")
            .UseCryptographicAlgorithms(
                new AuthenticatedEncryptorConfiguration
                {
                    EncryptionAlgorithm = EncryptionAlgorithm.AES_256_CBC,
                    ValidationAlgorithm = ValidationAlgorithm.HMACSHA256,
                }
            );
        services.Configure<KeyManagementOptions>(o => o.XmlRepository = new PrivateXml(Folder, mayMakeKeys));
        return services.BuildServiceProvider().GetRequiredService<IDataProtectionProvider>();
    }

    /// <summary>The folder as ASP.NET Core reads it, each file for this user alone from the moment it is made.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="mayWrite">Whether keys that are made are kept. Without one that is new enough nothing is read, and a ring that is not the right one
    /// must not be taken for one that is merely empty.</param>
    private sealed class PrivateXml(string folder, bool mayWrite) : IXmlRepository
    {
        private readonly List<XElement> _passing = [];

        public IReadOnlyCollection<XElement> GetAllElements() =>
            [.. Directory.Exists(folder) ? Directory.GetFiles(folder, "*.xml").Order(StringComparer.Ordinal).Select(Read) : [], .. _passing];

        public void StoreElement(XElement element, string friendlyName)
        {
            if (!mayWrite)
            {
                _passing.Add(element);
                return;
            }

            PrivateFile.CreateFolder(folder);
            using var file = WholeFile.Create(Path.Combine(folder, friendlyName + ".xml"), overwrite: false);
            element.Save(file.Stream);
            file.Complete();
        }

        private static XElement Read(string path)
        {
            PrivateFile.Tighten(path);
            return XElement.Load(path);
        }
    }
}
