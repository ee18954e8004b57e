@echo off
rem Controls the example backend on Windows, without installing anything. "shutdown-backend help" describes it.
setlocal EnableExtensions DisableDelayedExpansion
set "HERE=%~dp0"
set "VERB=%~1"
set "ARGUMENT=%~2"

rem Change these here, or set them as variables. Port and data directory are settings; see config.toml.
if not defined BACKEND_JAR set "BACKEND_JAR=%HERE%backend.jar"
if not exist "%BACKEND_JAR%" set "BACKEND_JAR=%HERE%..\target\backend.jar"
if not defined BACKEND_HOME set "BACKEND_HOME=%HERE%home"
if not defined BACKEND_CONFIG set "BACKEND_CONFIG=%BACKEND_HOME%\config.toml"
rem More than shutdown.timeout_secs plus shutdown.force_delay_secs.
if not defined STOP_SECONDS set "STOP_SECONDS=50"
if not defined START_SECONDS set "START_SECONDS=90"

set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
set "PID_FILE=%BACKEND_HOME%\backend.pid"
set "LOG=%BACKEND_HOME%\backend.log"
set "ERRORS=%BACKEND_HOME%\backend.err.log"
rem Without a config.toml there is nothing to name.
set "CONFIG_ARGUMENTS="
if exist "%BACKEND_CONFIG%" set "CONFIG_ARGUMENTS=--config "%BACKEND_CONFIG%""
set "SHELL=powershell -NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command"

if /i not "%VERB%"=="logs" if not "%ARGUMENT%"=="" goto usage_error
if /i "%VERB%"=="start" goto start
if /i "%VERB%"=="stop" goto stop
if /i "%VERB%"=="restart" goto restart
if /i "%VERB%"=="status" goto status
if /i "%VERB%"=="health" goto health
if /i "%VERB%"=="check" goto check
if /i "%VERB%"=="logs" goto logs
if /i "%VERB%"=="help" goto usage
if /i "%VERB%"=="reload" goto no_reload
goto usage_error

:usage
echo usage: shutdown-backend VERB
echo   start       returns when the backend is ready
echo   stop        sends Ctrl-C, and returns when the backend has ended
echo   restart     validates the settings first
echo   status      shows whether the backend is running
echo   health      queries /health/live and /health/ready
echo   check       validates the settings
echo   logs [-f]   shows the last 100 lines of the output; -f: also new ones
echo Exit code: 0 done, 1 failed, 2 wrong arguments, 3 status: stopped, 5 no jar or no Java,
echo   6 wrong settings, 7 not running, 150 health: running, but not responding.
exit /b 0

:usage_error
call :usage >&2
exit /b 2

:no_reload
echo shutdown-backend: Windows has no signal for a reload; restart it instead >&2
exit /b 2

rem --- the verbs ---------------------------------------------------------------------------------------------

:start
call :running
if not errorlevel 1 (
    echo Already running.
    exit /b 0
)
call :installed
if errorlevel 1 exit /b 5
if not exist "%BACKEND_HOME%" mkdir "%BACKEND_HOME%"
rem A hidden console of its own: Ctrl-C reaches only a process with a console, and after "start /b" it would be ignored.
set "ARGUMENTS=-jar "%BACKEND_JAR%" %CONFIG_ARGUMENTS%"
%SHELL% "$p = Start-Process -FilePath $env:JAVA -ArgumentList $env:ARGUMENTS -WorkingDirectory $env:BACKEND_HOME -WindowStyle Hidden -RedirectStandardOutput $env:LOG -RedirectStandardError $env:ERRORS -PassThru; Set-Content -Path $env:PID_FILE -Value $p.Id -Encoding Ascii"
if errorlevel 1 goto start_failed
set /a LEFT=%START_SECONDS%
:start_wait
call :ask /health/ready
if not errorlevel 1 exit /b 0
call :running
if errorlevel 1 goto start_failed
set /a LEFT-=1
if %LEFT% leq 0 goto start_failed
call :pause_a_second
goto start_wait
:start_failed
echo shutdown-backend: the backend did not become ready; the last lines of its output: >&2
if exist "%LOG%" %SHELL% "Get-Content -Path $env:LOG, $env:ERRORS -Tail 20" >&2
exit /b 1

:stop
call :running
if errorlevel 1 (
    echo Not running.
    exit /b 0
)
rem This attaches to the console of the process, ignores Ctrl-C itself, and sends it to all processes of that console.
%SHELL% "$k = Add-Type -PassThru -Name Console -Namespace Stop -MemberDefinition '[DllImport(\"kernel32.dll\")] public static extern bool FreeConsole(); [DllImport(\"kernel32.dll\")] public static extern bool AttachConsole(uint id); [DllImport(\"kernel32.dll\")] public static extern bool SetConsoleCtrlHandler(System.IntPtr handler, bool add); [DllImport(\"kernel32.dll\")] public static extern bool GenerateConsoleCtrlEvent(uint kind, uint group);'; $p = Get-Process -Id (Get-Content -Path $env:PID_FILE); [void]$k::FreeConsole(); if (-not $k::AttachConsole($p.Id)) { exit 1 }; [void]$k::SetConsoleCtrlHandler([System.IntPtr]::Zero, $true); if (-not $k::GenerateConsoleCtrlEvent(0, 0)) { exit 1 }; if ($p.WaitForExit(1000 * [int]$env:STOP_SECONDS)) { exit 0 } else { exit 1 }"
if errorlevel 1 (
    echo shutdown-backend: still running. "taskkill /F" ends it without saving anything. >&2
    exit /b 1
)
del "%PID_FILE%"
exit /b 0

:restart
call :check_settings >nul
if errorlevel 1 goto check
call :stop
if errorlevel 1 exit /b 1
goto start

:status
call :running
if errorlevel 1 (
    echo shutdown-backend: stopped
    exit /b 3
)
set /p PID=<"%PID_FILE%"
echo shutdown-backend: running, process %PID%
exit /b 0

:health
call :running
if errorlevel 1 (
    echo shutdown-backend: not running; to start it: shutdown-backend start >&2
    exit /b 7
)
call :ask /health/live
if errorlevel 1 exit /b 150
call :ask /health/ready
if errorlevel 1 exit /b 1
exit /b 0

:check
call :installed
if errorlevel 1 exit /b 5
call :check_settings
if errorlevel 1 exit /b 6
exit /b 0

:logs
if "%ARGUMENT%"=="" goto logs_there
if /i not "%ARGUMENT%"=="-f" goto usage_error
:logs_there
if not exist "%LOG%" (
    echo shutdown-backend: there is no %LOG% >&2
    exit /b 1
)
if "%ARGUMENT%"=="" (
    %SHELL% "Get-Content -Path $env:LOG -Tail 100"
    exit /b 0
)
%SHELL% "Get-Content -Path $env:LOG -Tail 100 -Wait"
exit /b 0

rem --- helpers --------------------------------------------------------------------------------------------

rem Whether the process of the file exists and is java; another process may have got the number meanwhile.
:running
if not exist "%PID_FILE%" exit /b 1
set /p PID=<"%PID_FILE%"
tasklist /nh /fi "PID eq %PID%" /fi "IMAGENAME eq java.exe" 2>nul | find /i "java.exe" >nul
exit /b %ERRORLEVEL%

:installed
if not exist "%BACKEND_JAR%" (
    echo shutdown-backend: there is no %BACKEND_JAR%; build it with Maven, or set BACKEND_JAR >&2
    exit /b 1
)
"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
    echo shutdown-backend: there is no Java in JAVA_HOME or the PATH; install Java 17 or newer, or set JAVA_HOME >&2
    exit /b 1
)
exit /b 0

:check_settings
"%JAVA%" -jar "%BACKEND_JAR%" %CONFIG_ARGUMENTS% --check
exit /b %ERRORLEVEL%

:ask
rem At the port that the backend has printed.
set "ASKED=%~1"
%SHELL% "$m = Select-String -Path $env:LOG -Pattern 'http://localhost:([0-9]+)/docs' | Select-Object -Last 1; if (-not $m) { exit 1 }; try { (Invoke-WebRequest -UseBasicParsing -TimeoutSec 5 -Uri ('http://localhost:' + $m.Matches[0].Groups[1].Value + $env:ASKED)).Content; exit 0 } catch { exit 1 }"
exit /b %ERRORLEVEL%

:pause_a_second
ping -n 2 127.0.0.1 >nul
exit /b 0
