# The function awsmfa of PowerShell. `use` changes the variables of this shell; the program gets all other commands.

function awsmfa {
    $program = (Get-Command -Name 'awsmfa' -CommandType Application -TotalCount 1 -ErrorAction Stop).Source
    $words = @($args)
    if ($words.Count -gt 0 -and $words[0] -ceq 'use') {
        $rest = @($words | Select-Object -Skip 1)
        $code = (& $program use --shell powershell @rest) -join "`n"
        if ($LASTEXITCODE -ne 0) { return }
        # Help and other text is printed, not evaluated.
        if ($code.StartsWith('# awsmfa')) { Invoke-Expression $code } elseif ($code) { $code }
        return
    }
    # PowerShell removes a `--` from the arguments of a function: it is put back at its place in the line.
    $line = $MyInvocation.Line.Substring($MyInvocation.OffsetInLine - 1)
    $ast = [System.Management.Automation.Language.Parser]::ParseInput($line, [ref]$null, [ref]$null)
    $call = $ast.Find({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
    if ($null -ne $call -and $call.CommandElements.Count -eq $words.Count + 2) {
        $texts = @($call.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.Extent.Text })
        $at = [Array]::IndexOf($texts, '--')
        if ($at -ge 0) { $words = @($words | Select-Object -First $at) + '--' + @($words | Select-Object -Skip $at) }
    }
    $code = ''
    if ($words.Count -gt 0 -and $words[0] -ceq 'logout') {
        # Before the session is removed, the program can tell whether this shell holds it.
        $rest = @($words | Select-Object -Skip 1)
        $code = (& $program logout --clearing powershell @rest 2>$null) -join "`n"
    }
    if ($MyInvocation.ExpectingInput) { $input | & $program @words } else { & $program @words }
    $result = $LASTEXITCODE
    if ($result -eq 0 -and "$code".StartsWith('# awsmfa')) { Invoke-Expression $code }
    if ($Env:AWSMFA_PROFILE -and $words.Count -gt 0 -and 'login', 'import' -ccontains $words[0]) {
        # The command may have renewed the session of the selected profile.
        (& $program use --refresh --shell powershell) -join "`n" | Invoke-Expression
        $global:LASTEXITCODE = $result
    }
}
