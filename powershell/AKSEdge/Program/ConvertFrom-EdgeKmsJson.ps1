# A JSON object as a PSCustomObject: names in Pascal case, dates as [datetime] in UTC, whole numbers as [long]. Null where
# the text is none. What a newer edgekms adds comes along under its own name.
function ConvertFrom-EdgeKmsJson([string] $Text, [string] $TypeName) {
    try { $document = [System.Text.Json.JsonDocument]::Parse($Text) }
    catch { return } # the exception would quote what was printed
    try {
        if ($document.RootElement.ValueKind -ne [System.Text.Json.JsonValueKind]::Object) { return }
        $object = ConvertFrom-EdgeKmsJsonElement $document.RootElement
    }
    finally { $document.Dispose() }
    $object.PSObject.TypeNames.Insert(0, $TypeName)
    $object
}

function ConvertFrom-EdgeKmsJsonElement([System.Text.Json.JsonElement] $Element) {
    switch ($Element.ValueKind.ToString()) {
        'Object' {
            $members = [ordered]@{}
            foreach ($member in $Element.EnumerateObject()) {
                $name = $member.Name.Substring(0, 1).ToUpperInvariant() + $member.Name.Substring(1)
                $members[$name] = ConvertFrom-EdgeKmsJsonElement $member.Value
            }
            return [pscustomobject]$members
        }
        'Array' {
            $items = [System.Collections.Generic.List[object]]::new()
            foreach ($item in $Element.EnumerateArray()) { $items.Add((ConvertFrom-EdgeKmsJsonElement $item)) }
            return , $items.ToArray() # the comma keeps an array of one, or of none, an array
        }
        'String' {
            $text = $Element.GetString()
            if ($text -cnotmatch '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$') { return $text }
            $culture = [System.Globalization.CultureInfo]::InvariantCulture
            return [datetime]::Parse($text, $culture, [System.Globalization.DateTimeStyles]::RoundtripKind)
        }
        'Number' {
            $whole = [long]0
            if ($Element.TryGetInt64([ref]$whole)) { return $whole }
            return $Element.GetDouble()
        }
        'True' { return $true }
        'False' { return $false }
    }
}
