using CustomerIo.Connector.Api;
using Newtonsoft.Json.Linq;

namespace CustomerIo.Connector.Actions.Newsletters;

/// <summary>Has a newsletter sent at a time to come: <c>POST /v1/newsletters/{id}/schedule</c>; 0 takes the time away.</summary>
internal sealed class ScheduleNewsletter : RequestAction<ScheduleNewsletter.Input>
{
    internal sealed record Input(
        string Newsletter,
        JToken? ScheduledAt,
        string TimeZone,
        bool? LocalTime,
        bool Unschedule,
        int? Rate,
        string? RatePeriod,
        bool? RateSpread
    ) : IRateInput;

    protected override ApiRequest Request(Input input, IRunContext run)
    {
        var at = Times.ToCome(input.ScheduledAt, "scheduledAt", run);
        if (at is null != input.Unschedule)
        {
            throw ConnectorException.Input("/scheduledAt", "must be given, or Unschedule in its place.");
        }

        var body = new JObject { ["scheduled_at"] = at ?? 0 };
        if (at is not null)
        {
            if (input is { LocalTime: true, RatePeriod: "day" })
            {
                throw ConnectorException.Input("/ratePeriod", "cannot be a day with Local Time; Customer.io takes an hour at most.");
            }

            body["timezone"] = input.TimeZone;
            body.With(input);
            if (input.LocalTime is { } local)
            {
                body["tz_match_enabled"] = local;
            }
        }

        return ApiRequest.Post(ApiName.App, $"/v1/newsletters/{input.Newsletter:newsletter}/schedule", body) with
        {
            LookFor = "the newsletter's state",
        };
    }
}
