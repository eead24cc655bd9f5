# Completion of awsmfa for PowerShell. It asks awsmfa at each Tab, and so knows the profiles of that moment.

Register-ArgumentCompleter -Native -CommandName 'awsmfa' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $words = @()
    $current = ''
    foreach ($element in $commandAst.CommandElements) {
        if ($element.Extent.StartOffset -ge $cursorPosition) { break }
        $word = $element.Extent.Text
        if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $word = $element.Value }
        if ($element.Extent.EndOffset -ge $cursorPosition) { $current = $word } else { $words += $word }
    }
    $awsmfa = Get-Command -Name 'awsmfa' -CommandType Application -TotalCount 1 -ErrorAction SilentlyContinue
    if ($null -eq $awsmfa) { return }

    # By a pipe: anybody may see the arguments of a program, and a code may stand in the line.
    $encoding = [Console]::OutputEncoding
    try {
        $OutputEncoding = [System.Text.UTF8Encoding]::new($false)
        [Console]::OutputEncoding = $OutputEncoding
        $answer = @(($words + $current) -join "`n" | & $awsmfa.Source complete powershell 2>$null)
    } catch {
        return
    } finally {
        [Console]::OutputEncoding = $encoding
    }

    if ($answer.Count -eq 0) { return }
    if ($answer[0] -eq 'candidates') {
        foreach ($line in ($answer | Select-Object -Skip 1)) {
            $text, $shown, $description = $line.Split("`t")
            if ([string]::IsNullOrEmpty($description)) { $description = $shown }
            [System.Management.Automation.CompletionResult]::new($text, $shown, 'ParameterValue', $description)
        }
    } elseif ($answer[0] -eq 'files') {
        [System.Management.Automation.CompletionCompleters]::CompleteFilename($current -replace '^--[^=]*=', '')
    } elseif ($answer[0] -eq "program $($words.Count)") {
        [System.Management.Automation.CompletionCompleters]::CompleteCommand($current)
    }
}
