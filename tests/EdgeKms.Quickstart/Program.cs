// apiserver-stand-in FOLDER SOCKET write NAME   (value on standard input; prints the key id)
// apiserver-stand-in FOLDER SOCKET read NAME    (prints the value)
// apiserver-stand-in FOLDER SOCKET key-id NAME
using EdgeKms.Cluster;
using EdgeKms.Kms.V2;
using EdgeKms.Quickstart;
using Grpc.Net.Client;

if (args.Length != 4)
{
    Console.Error.WriteLine("usage: apiserver-stand-in FOLDER SOCKET write|read|key-id NAME");
    return 2;
}
using var channel = GrpcChannel.ForAddress(
    "http://localhost",
    new GrpcChannelOptions { HttpHandler = UnixConnection.Handler(args[1]) }
);
var store = new SecretStore(args[0], "edgekms", new KeyManagementService.KeyManagementServiceClient(channel));
using var output = Console.OpenStandardOutput();
switch (args[2])
{
    case "write":
        using (var value = new MemoryStream())
        {
            await Console.OpenStandardInput().CopyToAsync(value);
            Console.Out.WriteLine(store.Write(args[3], value.ToArray()));
        }
        return 0;
    case "read":
        output.Write(store.Read(args[3]));
        return 0;
    case "key-id":
        Console.Out.WriteLine(store.KeyId(args[3]));
        return 0;
    default:
        return 2;
}
