# Signs DIR/*.eml with Mail::DKIM: KEY SELECTOR DOMAIN FORM. Writes each signature to NAME.field.
use strict;
use warnings;
use Mail::DKIM::Signer;

my ($place, $key, $selector, $domain, $form) = @ARGV;
for my $path (sort glob "$place/*.eml") {
    open my $file, '<:raw', $path or die $!;
    my $message = do { local $/; <$file> };
    my $signer = Mail::DKIM::Signer->new(
        Algorithm => 'rsa-sha256',
        Method => $form,
        Domain => $domain,
        Selector => $selector,
        KeyFile => $key,
    );
    $signer->PRINT($message);
    $signer->CLOSE;
    (my $out = $path) =~ s/\.eml$/.field/;
    open my $field, '>:raw', $out or die $!;
    my $text = $signer->signature->as_string;
    $text =~ s/\r?\n/\r\n/g;
    print $field "$text\r\n";
    close $field;
}
