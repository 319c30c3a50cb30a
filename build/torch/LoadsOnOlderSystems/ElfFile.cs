using System.Buffers.Binary;
using System.Text;

namespace Build.Torch;

/// <summary>
/// A shared library of 64 bits, little-endian, in memory. Names and offsets are those of the System V ABI. An access outside of the file
/// throws.
/// </summary>
internal sealed class ElfFile
{
    private const uint NotInFile = 8; // SHT_NOBITS
    private const uint SymbolTable = 11; // SHT_DYNSYM
    private const uint VersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const uint SymbolVersions = 0x6fffffff; // SHT_GNU_versym
    private const ushort WeakNeed = 2; // VER_FLG_WEAK
    private const ushort NoVersion = 1; // VER_NDX_GLOBAL
    private const byte WeakBinding = 2; // STB_WEAK

    private readonly byte[] _file;
    private readonly List<Section> _sections = [];

    public ElfFile(byte[] file)
    {
        _file = file;
        if (file.Length < 64 || !file.AsSpan(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8))
            throw new InvalidDataException("not an ELF file of 64 bits, little-endian.");
        int first = At64(0x28), size = At16(0x3a), count = At16(0x3c);
        for (int i = 0; i < count; i++)
        {
            int header = checked(first + i * size);
            uint type = At32(header + 4);
            _sections.Add(type == NotInFile ? default : new(type, At64(header + 24), At64(header + 32), checked((int)At32(header + 40))));
        }
    }

    /// <summary>Makes the need of a version weak. One function alone may be wanted of it; it becomes weak, too, and versionless.</summary>
    public void WeakenVersion(string version, string function)
    {
        var symbols = Find(SymbolTable);
        var versions = Find(SymbolVersions);
        int need = FindNeed(version);
        int index = At16(need + 6);
        for (int i = 0; i < symbols.Size / 24; i++)
        {
            int symbol = symbols.Offset + i * 24, itsVersion = versions.Offset + i * 2;
            if ((At16(itsVersion) & 0x7fff) != index)
                continue;
            string name = Text(_sections[symbols.Link], At32(symbol));
            if (name != function)
                throw new InvalidDataException($"needs {name} of {version}, which is more than {function}.");
            Put16(itsVersion, NoVersion);
            _file[symbol + 4] = (byte)((WeakBinding << 4) | (_file[symbol + 4] & 0xf));
        }
        Put16(need + 4, (ushort)(At16(need + 4) | WeakNeed));
    }

    /// <summary>Where the need of a version stands (Elf64_Vernaux): a list of libraries, with a list of versions each.</summary>
    private int FindNeed(string version)
    {
        var needs = Find(VersionNeeds);
        for (int library = needs.Offset, left = needs.Size / 16; left > 0; left--)
        {
            int need = checked(library + (int)At32(library + 8));
            for (int i = At16(library + 2); i > 0; i--)
            {
                if (Text(_sections[needs.Link], At32(need + 8)) == version)
                    return need;
                need = checked(need + (int)At32(need + 12));
            }
            if (At32(library + 12) == 0)
                break;
            library = checked(library + (int)At32(library + 12));
        }
        throw new InvalidDataException($"does not need {version}, of which this program was made to free it.");
    }

    private Section Find(uint type)
        => _sections.Find(section => section.Type == type) is { Size: > 0 } found ? found
            : throw new InvalidDataException($"has no section of the type 0x{type:x}.");

    private string Text(Section strings, uint offset)
    {
        var rest = _file.AsSpan(strings.Offset, strings.Size)[checked((int)offset)..];
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    private ushort At16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_file.AsSpan(offset));

    private uint At32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(offset));

    private int At64(int offset) => checked((int)BinaryPrimitives.ReadUInt64LittleEndian(_file.AsSpan(offset)));

    private void Put16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(_file.AsSpan(offset), value);

    private readonly record struct Section(uint Type, int Offset, int Size, int Link);
}
