using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Newsletters;

/// <summary>The inputs of how fast a newsletter is sent.</summary>
internal interface IRateInput
{
    int? Rate { get; }

    string? RatePeriod { get; }

    bool? RateSpread { get; }
}

/// <summary>How fast a newsletter is sent, as Customer.io takes it.</summary>
internal static class NewsletterRate
{
    /// <summary>Adds the limits to a body.</summary>
    /// <exception cref="ConnectorException"><see cref="FailureKind.Input"/>: one of rate and period alone.</exception>
    public static JObject With(this JObject body, IRateInput input)
    {
        if (input.Rate is null != input.RatePeriod is null)
        {
            throw ConnectorException.Input(input.Rate is null ? "/rate" : "/ratePeriod", "must be given, too: a rate is so many messages a period.");
        }

        if (input.Rate is { } rate)
        {
            body["rate_limit_email_rate"] = rate;
            body["rate_limit_time_period"] = Seconds(input);
        }

        if (input.RateSpread is { } spread)
        {
            body["rate_limit_spread"] = spread;
        }

        return body;
    }

    /// <summary>The period in seconds.</summary>
    public static long Seconds(IRateInput input) =>
        input.RatePeriod switch
        {
            "minute" => 60,
            "hour" => 3600,
            _ => 86400,
        };
}
