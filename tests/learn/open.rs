use super::Desk;

#[test]
fn an_unknown_address_is_told_before_any_engine_is_asked() {
    let desk = Desk::new();
    let english = desk.lab(&["open", "sit"]);
    assert_eq!(english.exit, 2);
    assert!(english.err.contains("known addresses: api, site"), "{}", english.err);
    assert!(english.err.contains("did you mean `site`?"), "{}", english.err);
    let french = desk.lab(&["--lang", "fr", "open", "sit"]);
    assert!(french.err.contains("adresse inconnue\u{a0}: `sit`"), "{}", french.err);
}

#[test]
fn without_an_engine_it_is_a_fault() {
    let said = Desk::new().lab(&["open"]);
    assert_eq!((said.exit, said.out.as_str()), (3, ""));
}
