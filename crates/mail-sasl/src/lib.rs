//! SASL mechanisms without I/O, both roles.
