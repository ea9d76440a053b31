# SPDX-License-Identifier: GPL-2.0
# Apply a mutant to a source file: awk -f apply.awk HUNK SOURCE. The lines of the hunk begin
# with "-" (taken out), "+" (put in) or a blank (they must be there). White space at both ends
# of a line does not count. Fails unless the lines are in the source exactly once.

function trim(line)
{
	gsub(/^[ \t]+|[ \t]+$/, "", line)
	return line
}

FNR == NR {
	kind[++nr_hunk] = substr($0, 1, 1)
	text[nr_hunk] = trim(substr($0, 2))
	if (kind[nr_hunk] != "+")
		want[++nr_want] = text[nr_hunk]
	next
}

{
	line[FNR] = $0
	nr_lines = FNR
}

function matches(at,	i)
{
	for (i = 1; i <= nr_want; i++)
		if (trim(line[at + i - 1]) != want[i])
			return 0
	return 1
}

END {
	for (i = 1; i + nr_want - 1 <= nr_lines; i++)
		if (nr_want && matches(i)) {
			found = i
			nr_found++
		}
	if (nr_found != 1) {
		printf "the text is there %d times, not once\n", nr_found >"/dev/stderr"
		exit 1
	}
	for (i = 1; i < found; i++)
		print line[i]
	for (i = 1; i <= nr_hunk; i++)
		if (kind[i] == "+")
			print text[i]
		else if (kind[i] == "-")
			found++
		else
			print line[found++]
	for (i = found; i <= nr_lines; i++)
		print line[i]
}
