// dotnet Publicizer.dll SOURCE.dll DESTINATION.dll
// Writes a copy of an assembly in which all that is internal is public. Only for the compiler to read: see
// src/Microsoft.ML.StateSpace/Interop/README.md. What is private or protected stays as it is, so that nothing hides anything else
// and overrides keep their visibility.

using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

byte[] image = File.ReadAllBytes(args[0]);
using var pe = new PEReader(new MemoryStream(image));
var metadata = pe.GetMetadataReader();
int start = pe.PEHeaders.MetadataStartOffset;

// ECMA-335 II.22.37: the flags are the first column of TypeDef (four bytes; the visibility is in the lowest).
Rewrite(TableIndex.TypeDef, column: 0, (ushort)TypeAttributes.VisibilityMask, visibility => (TypeAttributes)visibility switch
{
    TypeAttributes.NotPublic => (ushort)TypeAttributes.Public,
    TypeAttributes.NestedAssembly or TypeAttributes.NestedFamANDAssem => (ushort)TypeAttributes.NestedPublic,
    _ => visibility,
});
// II.22.26: RVA (four bytes), ImplFlags (two), Flags (two). II.22.15: Flags (two).
Rewrite(TableIndex.MethodDef, column: 6, (ushort)MethodAttributes.MemberAccessMask, Member);
Rewrite(TableIndex.Field, column: 0, (ushort)FieldAttributes.FieldAccessMask, Member);

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(args[1]))!);
File.WriteAllBytes(args[1], image);

static ushort Member(ushort access)
    => (MethodAttributes)access is MethodAttributes.Assembly or MethodAttributes.FamANDAssem ? (ushort)MethodAttributes.Public : access;

void Rewrite(TableIndex table, int column, ushort mask, Func<ushort, ushort> map)
{
    int offset = start + metadata.GetTableMetadataOffset(table) + column;
    for (int row = 0; row < metadata.GetTableRowCount(table); row++, offset += metadata.GetTableRowSize(table))
    {
        var flags = image.AsSpan(offset, sizeof(ushort));
        ushort value = BinaryPrimitives.ReadUInt16LittleEndian(flags);
        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)((value & ~mask) | map((ushort)(value & mask))));
    }
}
