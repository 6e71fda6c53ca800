using System.Text.RegularExpressions;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>
/// A webhook or a policy stands against a request, whatever status code it answered with: that code is the webhook's own (401, 404,
/// 409, 429 and so on) and tells nothing about the API server or the object. The texts are those of k8s.io/apiserver 1.27 to 1.36:
/// admission/plugin/webhook/errors (<c>ToStatusErr</c>), util/webhook (<c>ErrCallingWebhook</c>), admission/plugin/policy
/// ({validating/dispatcher, generic/policy_dispatcher}).
/// </summary>
/// <param name="By">What it is: <c>admission webhook</c>, <c>ValidatingAdmissionPolicy</c> or <c>admission policy</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsFailing">True for a webhook that could not be asked: down, too slow, or its answer is none.</param>
internal sealed partial record AdmissionRefusal(string By, string Name, bool IsFailing)
{
    /// <summary>What lists those of its kind, so that a person finds it by its name.</summary>
    internal string Lists =>
        By switch
        {
            Webhook => "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o wide",
            ValidatingPolicy => $"kubectl get validatingadmissionpolicy {Name} -o yaml",
            _ => $"kubectl get mutatingadmissionpolicy {Name} -o yaml",
        };

    private const string Webhook = "admission webhook";
    private const string ValidatingPolicy = "ValidatingAdmissionPolicy";

    /// <summary>Null for an answer of the API server itself, or of something in front of it.</summary>
    internal static AdmissionRefusal? Of(ReadOnlySpan<byte> body) =>
        ApiStatus.Member(body, "message") is { } message ? OfMessage(message) : null;

    /// <param name="message">A Status' message.</param>
    internal static AdmissionRefusal? OfMessage(string message)
    {
        var found = Pattern().Match(message);
        if (!found.Success)
            return null;
        string? Group(string name) => found.Groups[name] is { Success: true, Value: var value } ? value : null;
        return Group("denies") is { } denies ? new AdmissionRefusal(Webhook, denies, IsFailing: false)
            : Group("fails") is { } fails ? new AdmissionRefusal(Webhook, fails, IsFailing: true)
            : Group("validating") is { } validating
                ? new AdmissionRefusal(ValidatingPolicy, validating, IsFailing: false)
            : new AdmissionRefusal("admission policy", Group("mutating")!, IsFailing: false);
    }

    // At the beginning alone, behind what apimachinery's NewInternalError and NewForbidden put there: a text of somebody else may
    // quote anything.
    [GeneratedRegex(
        """
            \A(?:Internal\ error\ occurred:\ )?(?:[^\s"]{1,300}\ "[^"]{0,300}"\ is\ forbidden:\ )?
            (?:admission\ webhook\ "(?<denies>[^"]{1,300})"
            |failed\ calling\ webhook\ "(?<fails>[^"]{1,300})"
            |(?:Validating|Mutating)AdmissionWebhook/(?<fails>\S{1,300})\ has\ panicked
            |ValidatingAdmissionPolicy\ '(?<validating>[^']{1,300})'
            |policy\ ['"](?<mutating>[^'"]{1,300})['"].{0,400}\ denied\ request)
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Pattern();
}
