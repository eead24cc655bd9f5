//! The host of STS, seen by the name that a proxy gets in a CONNECT request.

use std::net::{IpAddr, Ipv6Addr};

use crate::support::proxy::Proxy;
use crate::support::sandbox::{DEFAULT_CREDENTIALS, SERIAL, Sandbox};
use crate::support::sts::StandIn;
use crate::support::tls::TlsFront;

/// A proxy to a server that is not trusted, so that one attempt is made and nothing is sent.
struct Way {
    proxy: Proxy,
    _sts: StandIn,
}

impl Way {
    fn new() -> Self {
        let sts = StandIn::start();
        let tls = TlsFront::before(sts.addr());
        Self { proxy: Proxy::start(Some(tls.addr())), _sts: sts }
    }

    /// The host that a login with these settings connects to.
    #[track_caller]
    fn host(&self, config: &str, variables: &[(&str, &str)], arguments: &[&str]) -> String {
        let mut sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS);
        sandbox.set("HTTPS_PROXY", &self.proxy.url());
        for (name, value) in variables {
            sandbox.set(name, value);
        }
        let before = self.proxy.asked().len();
        let said = sandbox.run(&[&["login", "--token-code", "123456"], arguments].concat()).expect(255);
        assert!(said.contains("certificate"), "{said}");
        match self.proxy.asked().get(before..) {
            Some([host]) => host.clone(),
            other => panic!("{other:?}"),
        }
    }
}

fn config(more: &str) -> String {
    format!("[default]\nmfa_serial = {SERIAL}\n{more}")
}

#[test]
fn the_region_comes_from_flag_variables_properties_and_the_partition_of_the_device() {
    let way = Way::new();
    let eu = config("region = eu-west-1\n");
    let both = [("AWS_DEFAULT_REGION", "eu-west-2"), ("AWS_REGION", "eu-west-3")];
    for (config, variables, arguments, expected) in [
        (&eu, both.as_slice(), ["--region", "eu-north-1"].as_slice(), "sts.eu-north-1.amazonaws.com:443"),
        (&eu, &both, &[], "sts.eu-west-3.amazonaws.com:443"),
        (&eu, &both[..1], &[], "sts.eu-west-2.amazonaws.com:443"),
        (&eu, &[], &[], "sts.eu-west-1.amazonaws.com:443"),
        (&eu, &[], &["--", "--region", "cn-northwest-1"], "sts.cn-northwest-1.amazonaws.com.cn:443"),
        (&config(""), &[], &[], "sts.us-east-1.amazonaws.com:443"),
    ] {
        assert_eq!(way.host(config, variables, arguments), expected, "{variables:?} {arguments:?}");
    }
    for (partition, expected) in [
        ("aws-cn", "sts.cn-north-1.amazonaws.com.cn:443"),
        ("aws-us-gov", "sts.us-gov-west-1.amazonaws.com:443"),
        ("aws-iso", "sts.us-iso-east-1.c2s.ic.gov:443"),
        ("aws-iso-b", "sts.us-isob-east-1.sc2s.sgov.gov:443"),
    ] {
        let serial = SERIAL.replace(":aws:", &format!(":{partition}:"));
        assert_eq!(way.host(&config(""), &[], &["--serial-number", &serial]), expected);
        assert_eq!(way.host(&eu, &[], &["--serial-number", &serial]), "sts.eu-west-1.amazonaws.com:443");
    }
}

#[test]
fn fips_dual_stack_and_the_old_global_endpoint_are_chosen_by_variable_or_property() {
    let way = Way::new();
    let in_region = |region: &str, more: &str| config(&format!("region = {region}\n{more}"));
    for (region, variable, property, expected) in [
        ("us-west-2", ("AWS_USE_FIPS_ENDPOINT", "true"), "use_fips_endpoint", "sts-fips.us-west-2.amazonaws.com:443"),
        ("us-west-2", ("AWS_USE_DUALSTACK_ENDPOINT", "TRUE"), "use_dualstack_endpoint", "sts.us-west-2.api.aws:443"),
        ("eu-west-1", ("AWS_STS_REGIONAL_ENDPOINTS", "legacy"), "sts_regional_endpoints", "sts.amazonaws.com:443"),
        // Newer regions were never served by it.
        (
            "ap-east-1",
            ("AWS_STS_REGIONAL_ENDPOINTS", "legacy"),
            "sts_regional_endpoints",
            "sts.ap-east-1.amazonaws.com:443",
        ),
        (
            "eu-west-1",
            ("AWS_STS_REGIONAL_ENDPOINTS", "regional"),
            "sts_regional_endpoints",
            "sts.eu-west-1.amazonaws.com:443",
        ),
    ] {
        assert_eq!(way.host(&in_region(region, ""), &[variable], &[]), expected, "{variable:?}");
        assert_eq!(
            way.host(&in_region(region, &format!("{property} = {}\n", variable.1)), &[], &[]),
            expected,
            "{property}"
        );
    }
    let off = [("AWS_USE_FIPS_ENDPOINT", "false"), ("AWS_STS_REGIONAL_ENDPOINTS", "regional")];
    let on = in_region("us-west-2", "use_fips_endpoint = true\nsts_regional_endpoints = legacy\n");
    assert_eq!(way.host(&on, &off, &[]), "sts.us-west-2.amazonaws.com:443", "a variable beats the property");
}

#[test]
fn an_endpoint_is_named_by_flag_variables_services_section_and_property_in_this_order() {
    let way = Way::new();
    let all = "services = local\nendpoint_url = https://property.example\n";
    let sections = "[services local]\ns3 =\n  endpoint_url = https://s3.example\nsts =\n  endpoint_url = https://services.example\n";
    let file = config(&format!("region = eu-west-1\n{all}{sections}"));
    let variables = [("AWS_ENDPOINT_URL", "https://all.example"), ("AWS_ENDPOINT_URL_STS", "https://sts.example:8443")];
    for (variables, arguments, expected) in [
        (variables.as_slice(), ["--endpoint-url", "https://flag.example"].as_slice(), "flag.example:443"),
        (&variables, &[], "sts.example:8443"),
        (&variables[..1], &[], "all.example:443"),
        (&[], &[], "services.example:443"),
    ] {
        assert_eq!(way.host(&file, variables, arguments), expected);
    }
    let without = file.replace("services = local\n", "");
    assert_eq!(way.host(&without, &[], &[]), "property.example:443");
    let own = "sts.eu-west-1.amazonaws.com:443";
    let ignore = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    assert_eq!(way.host(&file, &[ignore, variables[0], variables[1]], &[]), own);
    assert_eq!(way.host(&file, &[ignore], &["--endpoint-url", "https://flag.example"]), "flag.example:443");
    let ignored = file.replace("services = local\n", "services = local\nignore_configured_endpoint_urls = true\n");
    assert_eq!(way.host(&ignored, &[], &[]), own);
}

#[test]
fn plain_http_is_allowed_for_loopback_and_by_flag() {
    let said = |config: &str, variable: Option<&str>| {
        let mut sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS);
        variable.into_iter().for_each(|url| sandbox.set("AWS_ENDPOINT_URL_STS", url));
        sandbox.run(&["login", "--token-code", "123456"]).expect(253)
    };
    for (said, origin) in [
        (said(&config(""), Some("http://sts.internal")), "from AWS_ENDPOINT_URL_STS is plain http://"),
        (said(&config("endpoint_url = http://10.0.0.1\n"), None), "config line 3) is plain http://"),
        (
            said(&config("services = a\n[services a]\nsts =\n endpoint_url = http://a.b\n"), None),
            "config line 6) is plain",
        ),
    ] {
        assert!(said.contains(origin), "{said}");
    }
    // 192.0.2.0/24 is for documentation: no host answers there (RFC 5737).
    let arguments =
        ["login", "--token-code", "123456", "--endpoint-url", "http://192.0.2.1", "--cli-connect-timeout", "1"];
    let said = Sandbox::new().run(&arguments).expect(255);
    assert!(said.contains("cannot reach http://192.0.2.1"), "{said}");
}

#[test]
fn settings_that_contradict_each_other_are_refused_before_a_code_is_sent() {
    let sts = StandIn::start();
    let mut sandbox = Sandbox::new().using(&sts);
    sandbox.set("AWS_USE_FIPS_ENDPOINT", "true");
    let said = sandbox.run(&["login", "--token-code", "123456"]).expect(253);
    assert!(
        said.contains(
            "there is no STS endpoint for the region eu-west-1 and the endpoint URL from AWS_ENDPOINT_URL_STS"
        ),
        "{said}"
    );
    assert_eq!(sts.calls().len(), 0);
}

#[test]
fn an_endpoint_may_be_an_ipv6_address() {
    let address = IpAddr::V6(Ipv6Addr::LOCALHOST);
    if std::net::TcpListener::bind((address, 0)).is_err() {
        // There is no IPv6 in this container.
        return;
    }
    let sts = StandIn::start_on(address);
    assert!(sts.url().starts_with("http://[::1]:"), "{}", sts.url());
    Sandbox::new().using(&sts).run(&["login", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
}
