using EdgeKms.Cluster.EncryptionConfig;

namespace EdgeKms.Cluster.Tests.EncryptionConfig;

public class ResourceRulesTests
{
    [Theory]
    [InlineData("secrets")]
    [InlineData("secrets", "configmaps")]
    [InlineData("deployments.apps", "secrets")]
    [InlineData("*.")]
    [InlineData("*.apps", "secrets", "jobs.batch")]
    [InlineData("*.", "*.apps")]
    [InlineData("*.*")]
    [InlineData("widgets.example.com")]
    [InlineData("events")]
    [InlineData("secrets.")]
    public void Refuse_WhatKubernetesAccepts_IsNull(params string[] resources) =>
        Assert.Null(ResourceRules.Refuse(resources));

    [Theory]
    [InlineData("at least one")]
    [InlineData("is refused: write *.", "*")]
    [InlineData("lower case", "Secrets")]
    [InlineData("given twice", "secrets", "secrets")]
    [InlineData("stands alone", "secrets", "*.*")]
    [InlineData("resource secrets is covered by *.", "*.", "secrets")]
    [InlineData("resource secrets is covered by *.", "secrets", "*.")]
    [InlineData("resource deployments.apps is covered by *.apps", "*.apps", "deployments.apps")]
    [InlineData("group extensions", "ingresses.extensions")]
    [InlineData("group extensions", "*.extensions")]
    [InlineData("write events", "events.events.k8s.io")]
    [InlineData("write events", "*.events.k8s.io")]
    [InlineData("not a resource", "")]
    [InlineData("not a resource", "secrets,configmaps")]
    [InlineData("not a resource", "se\"crets")]
    [InlineData("not a resource", "-x")]
    [InlineData("no valid group", "jobs.ba_tch")]
    [InlineData("no valid group", "jobs.batch..x")]
    [InlineData("wildcard group", "secrets.*")]
    [InlineData("given twice", "secrets", "secrets.")]
    [InlineData("has no API", "apiserveripinfo")]
    public void Refuse_WhatKubernetesRefuses_SaysWhy(string reason, params string[] resources) =>
        Assert.Contains(reason, ResourceRules.RefuseTyped(resources));
}
