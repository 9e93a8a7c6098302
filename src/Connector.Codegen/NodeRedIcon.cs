using System.Text;
using System.Xml.Linq;
using CustomerIo.Connector.Manifest;

namespace CustomerIo.Connector.Codegen;

/// <summary>The connector's icons in the size of a Node-RED node.</summary>
internal static class NodeRedIcon
{
    // Dark strokes: on the nodes' light tint the usual white ones can hardly be seen.
    public static string Write(Catalogue catalogue, string file)
    {
        var name = file["customerio-".Length..^".svg".Length];
        var drawing = XElement.Parse(Encoding.UTF8.GetString(catalogue.Icon(name) ?? throw new InvalidOperationException($"There is no icon \"{name}\".")));
        drawing.Attributes().Where(a => a.IsNamespaceDeclaration).Remove();
        drawing.SetAttributeValue("x", 6);
        drawing.SetAttributeValue("y", 16);
        drawing.SetAttributeValue("width", 28);
        drawing.SetAttributeValue("height", 28);
        var svg = new XElement(
            drawing.Name.Namespace + "svg",
            new XAttribute("width", 40),
            new XAttribute("height", 60),
            new XAttribute("viewBox", "0 0 40 60"),
            drawing
        );
        return svg.ToString(SaveOptions.DisableFormatting) + "\n";
    }
}
