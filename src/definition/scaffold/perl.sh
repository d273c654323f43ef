#!/usr/bin/perl
use strict;
use warnings;

my $name = shift;
unless (defined $name) {
    print STDERR "whom shall I greet?\n";
    exit 2;
}
my $greeting = $ENV{GREETING} // 'Good day';
print "$name: $greeting\n";
