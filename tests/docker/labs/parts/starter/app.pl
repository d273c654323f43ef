die "nothing is written yet\n";
