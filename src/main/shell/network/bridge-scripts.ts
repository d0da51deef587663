/**
 * What listens inside the sandbox and passes bytes on to Belay's sockets, in the languages that a Linux machine has anyway. Each takes
 * "PORT=SOCKET" (listen on the sandbox's own loopback, one connection to SOCKET for each that comes) and "in=SOCKET" (keep one
 * connection waiting there: "ports" asks for what is listened on inside, a number opens that port and becomes the connection to it).
 * It listens before it goes to the background. It decides nothing, and whoever ends it cuts off only the command itself.
 */
export const perlBridge = String.raw`
use strict;
# Linux's own numbers: loading perl's Socket would take longer than all else here.
my ($unix, $inet, $inet6, $stream, $setfl, $nonblock, $again, $interrupted) = (1, 2, 10, 1, 4, 2048, 11, 4);
my (%listen, %side, $in);
sub side { my ($fh, %more) = @_;
  fcntl($fh, $setfl, $nonblock);
  $side{fileno $fh} = { fh => $fh, out => "", reads => 1, %more }; fileno $fh }
sub drop { for my $n (@_) { my $one = delete $side{$n} or next; close $one->{fh}; drop($one->{peer}) if defined $one->{peer} } }
sub pair { my ($one, $other) = @_; $side{$one}{peer} = $other; $side{$other}{peer} = $one }
sub four { pack("S n a4 x8", $inet, pop, "\x7f\0\0\1") }
sub out { my $to = pop; my $fh; socket($fh, $unix, $stream, 0) && connect($fh, pack("S Z*", $unix, $to)) ? $fh : undef }
sub own { my $port = pop; my ($four, $six);
  socket($four, $inet, $stream, 0) && connect($four, four($port)) and return $four;
  socket($six, $inet6, $stream, 0) && connect($six, pack("S n N a16 N", $inet6, $port, 0, ("\0" x 15) . "\1", 0)) and return $six;
  undef }
sub ports { my %found;
  for my $file ("/proc/net/tcp", "/proc/net/tcp6") { open(my $table, "<", $file) or next;
    while (<$table>) { $found{hex $1} = 1 if /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ 0A / } }
  delete $found{$_} for map { $_->{port} } values %listen;
  join(" ", sort { $a <=> $b } keys %found) . "\n" }
sub wait_in { my $fh = out($in) or return; side($fh, line => "") }
sub told { my $n = pop; my $one = $side{$n};
  return if index($one->{line}, "\n") < 0 && length $one->{line} < 16;
  my ($word, $rest) = $one->{line} =~ /^([^\n]*)\n(.*)$/s or return drop($n);
  delete $one->{line}; wait_in();
  if ($word eq "ports") { $one->{out} = ports(); $one->{shut} = 1; return }
  my $fh = $word =~ /^\d{1,5}$/ ? own($word) : undef;
  return drop($n) unless $fh;
  pair($n, side($fh)); $side{$one->{peer}}{out} = $rest }
for (@ARGV) { my ($port, $to) = split /=/, $_, 2;
  if ($port eq "in") { $in = $to; next }
  my $fh; socket($fh, $inet, $stream, 0) && setsockopt($fh, 1, 2, 1)
    && bind($fh, four($port)) && listen($fh, 128) or exit 1;
  fcntl($fh, $setfl, $nonblock);
  $listen{fileno $fh} = { fh => $fh, to => $to, port => $port } }
my $child = fork; exit(defined $child ? 0 : 1) unless defined $child && $child == 0;
$SIG{$_} = "IGNORE" for qw(PIPE TERM HUP INT);
wait_in() if defined $in;
while (1) {
  my ($r, $w) = ("", "");
  if (keys %side < 400) { vec($r, $_, 1) = 1 for keys %listen }
  for my $n (keys %side) { my $one = $side{$n};
    my $other = defined $one->{peer} ? $side{$one->{peer}} : undef;
    vec($r, $n, 1) = 1 if $one->{reads} && (!$other || length $other->{out} < 262144);
    vec($w, $n, 1) = 1 if length $one->{out} || ($one->{shut} // 0) == 1 }
  select($r, $w, undef, undef) < 0 and next;
  for my $l (keys %listen) { next unless vec($r, $l, 1);
    accept(my $fh, $listen{$l}{fh}) or next;
    my $to = out($listen{$l}{to}) or next;
    pair(side($fh), side($to)) }
  for my $n (keys %side) { my $one = $side{$n} or next;
    if (vec($w, $n, 1)) {
      if (length $one->{out}) { my $sent = syswrite($one->{fh}, $one->{out});
        if (defined $sent) { substr($one->{out}, 0, $sent, "") } elsif ($! != $again && $! != $interrupted) { drop($n); next } }
      if (!length $one->{out} && ($one->{shut} // 0) == 1) { shutdown($one->{fh}, 1); $one->{shut} = 2 } }
    if (vec($r, $n, 1) && $one->{reads}) { my $got = sysread($one->{fh}, my $bytes, 65536);
      if (!defined $got) { if ($! != $again && $! != $interrupted) { drop($n); next } }
      elsif ($got == 0) { $one->{reads} = 0;
        if (defined $one->{peer}) { $side{$one->{peer}}{shut} //= 1 } else { drop($n); next } }
      elsif (defined $one->{peer}) { $side{$one->{peer}}{out} .= $bytes }
      elsif (defined $one->{line}) { $one->{line} .= $bytes; told($n) } }
    my $other = exists $side{$n} && defined $one->{peer} ? $side{$one->{peer}} : undef;
    drop($n) if $other && !$one->{reads} && !$other->{reads} && !length $one->{out} && !length $other->{out} } }
`;

/** The same, word for word where the languages allow. */
export const pythonBridge = String.raw`
import os, re, select, signal, socket, sys
listening, sides, into = {}, {}, None
class Side:
    def __init__(self, sock, line=None):
        sock.setblocking(False)
        self.sock, self.out, self.reads, self.shut, self.peer, self.line = sock, b"", True, 0, None, line
        sides[sock.fileno()] = self
def drop(one):
    if one is None or one.sock.fileno() < 0: return
    del sides[one.sock.fileno()]
    one.sock.close()
    drop(one.peer)
def pair(one, other): one.peer, other.peer = other, one
def out(to):
    sock = socket.socket(socket.AF_UNIX)
    try: sock.connect(to)
    except OSError: sock.close(); return None
    return sock
def own(port):
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            sock = socket.socket(family)
            sock.connect((host, port))
            return sock
        except OSError: pass
def ports():
    found = set()
    for name in ("/proc/net/tcp", "/proc/net/tcp6"):
        try: text = open(name).read()
        except OSError: continue
        found |= {int(port, 16) for port in re.findall(r"^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ 0A ", text, re.M)}
    found -= {port for _, _, port in listening.values()}
    return (" ".join(map(str, sorted(found))) + "\n").encode()
def wait_in():
    sock = out(into)
    if sock: Side(sock, b"")
def told(one):
    if b"\n" not in one.line and len(one.line) < 16: return
    word, mark, rest = one.line.partition(b"\n")
    if not mark: return drop(one)
    one.line = None
    wait_in()
    if word == b"ports":
        one.out, one.shut = ports(), 1
        return
    sock = own(int(word)) if re.fullmatch(rb"\d{1,5}", word) else None
    if not sock: return drop(one)
    pair(one, Side(sock))
    one.peer.out = rest
for word in sys.argv[1:]:
    port, to = word.split("=", 1)
    if port == "in": into = to; continue
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", int(port)))
    sock.listen(128)
    sock.setblocking(False)
    listening[sock.fileno()] = (sock, to, int(port))
if os.fork(): os._exit(0)
for name in (signal.SIGPIPE, signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(name, signal.SIG_IGN)
if into: wait_in()
def write(one):
    if one.out:
        try: one.out = one.out[one.sock.send(one.out):]
        except BlockingIOError: return
        except OSError: return drop(one)
    if not one.out and one.shut == 1:
        try: one.sock.shutdown(socket.SHUT_WR)
        except OSError: return drop(one)
        one.shut = 2
def read(one):
    try: bytes_ = one.sock.recv(65536)
    except BlockingIOError: return
    except OSError: return drop(one)
    if not bytes_:
        one.reads = False
        if one.peer is None: return drop(one)
        one.peer.shut = one.peer.shut or 1
    elif one.peer: one.peer.out += bytes_
    elif one.line is not None:
        one.line += bytes_
        told(one)
while True:
    poll = select.poll()
    if len(sides) < 400:
        for number in listening: poll.register(number, select.POLLIN)
    for number, one in sides.items():
        wants = (select.POLLIN if one.reads and (one.peer is None or len(one.peer.out) < 262144) else 0) \
            | (select.POLLOUT if one.out or one.shut == 1 else 0)
        if wants: poll.register(number, wants)
    for number, happened in poll.poll():
        if number in listening:
            try: sock, _ = listening[number][0].accept()
            except OSError: continue
            to = out(listening[number][1])
            if to: pair(Side(sock), Side(to))
            else: sock.close()
            continue
        one = sides.get(number)
        if one and happened & (select.POLLOUT | select.POLLERR | select.POLLHUP): write(one)
        if one and one.reads and one.sock.fileno() >= 0 and happened & (select.POLLIN | select.POLLERR | select.POLLHUP): read(one)
        if one and one.peer and one.sock.fileno() >= 0 and not (one.reads or one.peer.reads or one.out or one.peer.out): drop(one)
`;
