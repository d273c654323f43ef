# A site with all that probes ask about: pages and links, cookies, redirects,
# forms and JSON given back, gzip, a file's text, a count.
use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 64, ReuseAddr => 1) or die $!;
$SIG{TERM} = sub { exit 0 };
my $count = 0;
sub page { "<!DOCTYPE html><html lang=en><title>$_[0]</title><h1 id=top>$_[0]</h1>$_[1]</html>" }
sub file { open my $file, "<", $_[0] or return; local $/; my $text = <$file>; $text }
while (my $client = $server->accept) {
    my ($method, $path) = split " ", <$client> // "";
    my ($length, $type, $cookie) = (0, "", "");
    while (my $line = <$client>) {
        last if $line =~ /^\r?\n$/;
        $length = $1 if $line =~ /^content-length:\s*(\d+)/i;
        $type = $1 if $line =~ /^content-type:\s*(\S+)/i;
        $cookie = $1 if $line =~ /^cookie:\s*(.*?)\r?$/i;
    }
    my $body = "";
    read $client, $body, $length if $length;
    my ($status, %header, $answer) = ("200 OK", "Content-Type", "text/html; charset=utf-8");
    if ($path eq "/") { $answer = page("Home", "<a href=/about#top>about</a><a href=/lost>lost</a><a href='/about#nowhere'>x</a></b>") }
    elsif ($path eq "/about") { $answer = page("About", "<a href=/>home</a>") }
    elsif ($path eq "/echo") { $header{"Content-Type"} = "text/plain"; $answer = "$method $type $cookie\n$body" }
    elsif ($path eq "/login") { ($status, $answer) = ("303 See Other", ""); @header{"Location", "Set-Cookie"} = ("/about", "name=ada") }
    elsif ($path eq "/zip") { $header{"Content-Encoding"} = "gzip"; $answer = `printf %s 'unpacked text' | gzip -c` }
    elsif ($path eq "/count") { $count++; $header{"Content-Type"} = "application/json"; $answer = "{\"count\": $count}" }
    elsif ($path eq "/word") { $header{"Content-Type"} = "text/plain"; $answer = file("/work/word.txt") }
    else { ($status, $answer) = ("404 Not Found", page("Not found", "")) }
    print $client "HTTP/1.1 $status\r\nContent-Length: ", length $answer, "\r\nConnection: close\r\n";
    print $client "$_: $header{$_}\r\n" for sort keys %header;
    print $client "\r\n$answer";
    close $client;
}
