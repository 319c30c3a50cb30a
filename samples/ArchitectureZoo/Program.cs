// All architectures on the same tasks with the same budget: one table that shows what each of them is for.
//
//   dotnet run --project samples/ArchitectureZoo -c Release
//   dotnet run --project samples/ArchitectureZoo -c Release -- --tasks copy,delay --cores S5,S6 --steps 1000
//   dotnet run --project samples/ArchitectureZoo -c Release -- --data FOLDER
//
// FOLDER is one that holds japanesevowels/JapaneseVowels_TRAIN.ts and _TEST.ts; without it that task is skipped.
//
// The tasks: two sets of real sequences to classify (digits, vowels) and four synthetic ones that give an answer for every time
// step (adding, copy, delay, parity); each says in its file under Tasks what it asks. Two rows of the table, shortened:
//
//   | architecture  | parameters      | copy          | delay         |
//   | S5            | 10,785-15,497   | 0.395 (4.3 s) | 95.9 (11.6 s) |
//   | S6 (Mamba)    | 20,001-27,529   | 0.999 (10 s)  | 75.4 (67.9 s) |
using ArchitectureZoo;
using Microsoft.ML;
using Samples;

var arguments = Arguments.OrEnd(() => ZooArguments.Parse(args));

var table = new ScoreTable(arguments.Tasks);
foreach (var architecture in arguments.Architectures)
{
    var row = table.AddRow(architecture);
    foreach (var task in arguments.Tasks.Where(task => task.WhySkipped is null))
    {
        try
        {
            row.Add(task, task.Run(new MLContext(arguments.Budget.Seed), architecture.Options, arguments.Budget));
        }
        catch (ArgumentException refusal)
        {
            row.Refuse(task, refusal.Message);
        }
    }
}
table.Show(arguments.Budget);
return 0;
