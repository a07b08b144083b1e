# Verifies DIR/*.eml with Mail::DKIM, the keys from DIR/keys.txt: one line each, the name and pass or what is wrong.
use strict;
use warnings;
use Mail::DKIM::Verifier;

my $place = shift;
my %keys;
open my $list, '<', "$place/keys.txt" or die $!;
while (<$list>) { chomp; my ($name, $record) = split / /, $_, 2; $keys{$name} = $record; }

package Answer;
sub new { my ($class, @records) = @_; return bless {records => \@records}, $class; }
sub header { return $_[0] }
sub rcode { return @{$_[0]{records}} ? 'NOERROR' : 'NXDOMAIN' }
sub answer { return @{$_[0]{records}} }

package Record;
sub type { return 'TXT' }
sub txtdata { return $_[0]{text} }
sub char_str_list { return ($_[0]{text}) }

package Resolver;
sub new { return bless {}, shift }
sub send {
    my ($self, $name) = @_;
    return Answer->new(exists $keys{$name} ? (bless {text => $keys{$name}}, 'Record') : ());
}
sub errorstring { return 'NOERROR' }

package main;
Mail::DKIM::DNS::resolver(Resolver->new);
for my $path (sort glob "$place/*.eml") {
    my ($name) = $path =~ m{([^/]+)\.eml$};
    open my $file, '<:raw', $path or die $!;
    my $message = do { local $/; <$file> };
    my $verifier = Mail::DKIM::Verifier->new;
    $verifier->PRINT($message);
    $verifier->CLOSE;
    my $detail = $verifier->result_detail;
    $detail =~ s/\n/ /g;
    print "$name $detail\n";
}
