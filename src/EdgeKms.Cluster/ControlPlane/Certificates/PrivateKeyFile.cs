using System.Security.Cryptography;
using System.Text;

namespace EdgeKms.Cluster.ControlPlane.Certificates;

/// <summary>An ECDSA P-256 key as a PEM file (PKCS #8, RFC 5958); its bytes are wiped from memory after use.</summary>
internal static class PrivateKeyFile
{
    private const int MaxBytes = 16_384;

    /// <summary>The key, or null where there is none that can be read: it is then made anew.</summary>
    internal static ECDsa? Read(string path)
    {
        var bytes = new byte[MaxBytes];
        var text = new char[MaxBytes];
        ECDsa? key = null;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var count = Encoding.ASCII.GetChars(bytes.AsSpan(0, length), text);
            key = ECDsa.Create();
            key.ImportFromPem(text.AsSpan(0, count));
            return key;
        }
        catch (Exception e) when (e is IOException or CryptographicException or ArgumentException)
        {
            key?.Dispose();
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(text);
        }
    }

    internal static void Write(LocalState state, string path, ECDsa key)
    {
        var pem = Pem(key);
        try
        {
            state.Put(path, pem, LocalState.PrivateFile);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
        }
    }

    /// <summary>The key as PEM, for the caller to wipe.</summary>
    internal static byte[] Pem(ECDsa key)
    {
        var der = key.ExportPkcs8PrivateKey();
        try
        {
            byte[] text = [.. PemEncoding.WriteUtf8("PRIVATE KEY"u8, der), (byte)'\n'];
            return text;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }
}
