@rem build.cmd [run^|test^|bench^|accuracy^|pack] [arguments]: see build\driver\Program.cs.
@dotnet run --project "%~dp0build\driver" --configuration Release --verbosity quiet -- %*
@exit /b %ERRORLEVEL%
