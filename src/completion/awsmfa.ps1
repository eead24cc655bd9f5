# Completion of awsmfa for PowerShell. It runs awsmfa at each Tab, so that the profiles are always up to date.

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

    # Through a pipe: other users can see a program's arguments, and the line may contain an MFA code.
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
