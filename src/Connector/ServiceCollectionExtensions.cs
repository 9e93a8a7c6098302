using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace CustomerIo.Connector;

/// <summary>Adds the connector to a service collection.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds one <see cref="CustomerIoConnector"/> for the whole application.</summary>
    /// <param name="services">The collection.</param>
    /// <param name="configure">Changes the settings. Default null.</param>
    /// <returns>The same collection.</returns>
    public static IServiceCollection AddCustomerIoConnector(this IServiceCollection services, Action<CustomerIoConnectorOptions>? configure = null)
    {
        services.TryAddSingleton(provider =>
        {
            var options = new CustomerIoConnectorOptions { Logger = provider.GetService<ILoggerFactory>()?.CreateLogger<CustomerIoConnector>() };
            configure?.Invoke(options);
            return new CustomerIoConnector(options);
        });
        return services;
    }
}
