using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.Tests.RingFile;

/// <summary>Counts the steps of several directories and stops at one of them.</summary>
internal sealed class Steps
{
    internal int Count { get; private set; }

    /// <summary>The step before which the power goes; 0 is never.</summary>
    internal int PowerCutAt { get; init; }

    /// <summary>The first step that the operating system refuses; 0 is none.</summary>
    internal int ErrorAt { get; init; }

    internal ErrorCode Error { get; init; }

    /// <summary>True: every step from <see cref="ErrorAt"/> on is refused.</summary>
    internal bool ErrorStays { get; init; }

    /// <summary>True: the errors are those of a full or read-only disk, which can still be read.</summary>
    internal bool ErrorSparesReads { get; init; }

    internal bool IsHalfWritten => Count == PowerCutAt || Count == ErrorAt;

    internal void Next(string what)
    {
        Count++;
        if (Count == PowerCutAt)
            throw new PowerCutException(what);
        if (ErrorSparesReads && (what == "list" || what.StartsWith("read ", StringComparison.Ordinal)))
            return;
        if (ErrorAt > 0 && (Count == ErrorAt || (ErrorStays && Count > ErrorAt)))
            throw new EdgeKmsException(Error, what);
    }
}
