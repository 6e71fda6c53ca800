namespace EdgeKms.Daemon.Http2;

/// <summary>What <see cref="AuthorityFilter"/> says of the next bytes.</summary>
internal enum FilterStep
{
    /// <summary>A frame, or a header block, isn't complete yet.</summary>
    Wait,

    /// <summary>The preface, or a frame that is no part of a header block.</summary>
    Pass,

    /// <summary>A header block that Kestrel takes as it is.</summary>
    Keep,

    /// <summary>A header block that must be exchanged for <see cref="AuthorityFilter.Replacement"/>.</summary>
    Replace,

    /// <summary>The peer broke the protocol: Kestrel, which sees the same bytes, closes the connection.</summary>
    Broken,
}
