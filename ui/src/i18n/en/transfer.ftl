# Import.
import-title = Bring finding aids in
import-lead = EAD 2002 files go into { $repository }. They are read first and shown with everything that could not be read; nothing is stored before you accept.
import-choose = Choose files…
import-drop = or drop them here
import-reading = Reading { $name }
import-busy = Reading…
import-storing = Importing…
import-nothing-stored = Nothing is stored yet.
import-other = Other files…
import-discard = Discard
import-accept = { $count ->
    [one] Import 1 record
   *[other] Import { $count } records
}
import-advice = { $count ->
    [one] 1 place could not be read as it stands; what was kept is said.
   *[other] { $count } places could not be read as they stand; what was kept is said.
}
import-clean = Everything was read.
import-problems = Places that could not be read as they stand
import-where = { $file }, line { $line }
imported = “{ $title }” imported.
advice = Advice
column-line = Line
column-path = Element
column-found = Found
column-wrong = What is wrong
column-where = Where
