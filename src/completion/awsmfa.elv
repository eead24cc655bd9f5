# Completion of awsmfa for elvish. It asks awsmfa at each Tab, and so knows the profiles of that moment.

use str

set edit:completion:arg-completer[awsmfa] = {|@words|
  var answer = []
  # By a pipe: anybody may see the arguments of a program, and a code may stand in the line.
  try { set answer = [(put $@words | to-lines | e:awsmfa complete elvish 2>/dev/null)] } catch { }
  if (> (count $answer) 0) {
    var kind = $answer[0]
    if (eq $kind candidates) {
      for line $answer[1..] {
        var text description = (str:split "\t" $line)
        edit:complex-candidate $text &code-suffix=' ' &display=$text' ('$description')'
      }
    } elif (eq $kind files) {
      edit:complete-filename $words[-1]
    } elif (str:has-prefix $kind 'program ') {
      var at = (- (num (str:trim-prefix $kind 'program ')) 1)
      edit:complete-sudo (all $words[$at..])
    }
  }
}
