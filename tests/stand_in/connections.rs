//! Connections, and the requests that are answered at the same time.

use std::net::TcpStream;
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant};

use crate::client::{Client, send_and_read};
use crate::support::sts::{Fault, StandIn};

/// The numbers of the requests in the order in which they were answered; all are sent at the same time.
fn order_of_answers(server: &StandIn, requests: usize) -> Vec<usize> {
    let (barrier, answered) = (Barrier::new(requests), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for number in 0..requests {
            let (barrier, answered) = (&barrier, &answered);
            scope.spawn(move || {
                let client = Client::ada(server);
                let request = client.post("GetCallerIdentity", &[]);
                barrier.wait();
                client.exchange(&request).expect("the server answers").assert_ok();
                answered.lock().expect("no thread panicked").push(number);
            });
        }
    });
    answered.into_inner().expect("no thread panicked")
}

#[test]
fn connections_are_counted_not_requests() {
    let server = StandIn::start();
    assert_eq!((server.connections(), server.peak()), (0, 0));
    let request = Client::ada(&server).post("GetCallerIdentity", &[]);
    for connections in 1..=3 {
        let mut stream = TcpStream::connect(server.addr()).unwrap();
        for _ in 0..4 {
            send_and_read(&mut stream, &request).unwrap().assert_ok();
        }
        assert_eq!(server.connections(), connections);
    }
    assert_eq!((server.calls().len(), server.peak()), (12, 1));
}

#[test]
fn the_peak_is_the_number_of_requests_that_wait_together() {
    let server = StandIn::start();
    order_of_answers(&server, 1);
    server.fault(Fault::Slow(Duration::from_millis(500)), 8);
    order_of_answers(&server, 8);
    assert_eq!(server.peak(), 8);
    order_of_answers(&server, 2);
    assert_eq!(server.peak(), 8);
}

#[test]
fn shuffled_answers_arrive_in_another_order() {
    let server = StandIn::start();
    server.shuffle_answers(Duration::from_millis(400));
    let order = order_of_answers(&server, 16);
    let requested = server.calls().len();
    assert!(!order.is_sorted() && requested == 16 && server.peak() > 8, "{order:?}, {}", server.peak());
}

#[test]
fn a_shuffled_answer_comes_within_its_time() {
    let server = StandIn::start();
    server.shuffle_answers(Duration::from_millis(100));
    let mut stream = TcpStream::connect(server.addr()).unwrap();
    let request = Client::ada(&server).post("GetCallerIdentity", &[]);
    let mut times = Vec::new();
    for _ in 0..20 {
        let start = Instant::now();
        send_and_read(&mut stream, &request).unwrap().assert_ok();
        times.push(start.elapsed());
    }
    // The mean of the first twenty is half of the limit.
    let sum: Duration = times.iter().sum();
    assert!(sum > Duration::from_millis(500) && times.iter().min() < times.iter().max(), "{times:?}");
}

#[test]
fn every_third_connection_breaks_after_its_first_request() {
    let server = StandIn::start();
    server.break_every_connection(3);
    let request = Client::ada(&server).post("GetCallerIdentity", &[]);
    for number in 1..=7 {
        let mut stream = TcpStream::connect(server.addr()).unwrap();
        let answer = send_and_read(&mut stream, &request);
        assert_eq!(answer.is_err(), number % 3 == 0, "{number}: {answer:?}");
        if answer.is_ok() {
            send_and_read(&mut stream, &request).unwrap().assert_ok();
        }
    }
    let broken: Vec<_> = server.calls().into_iter().filter_map(|call| call.fault).collect();
    assert_eq!(broken, [Fault::DropBeforeProcessing, Fault::DropBeforeProcessing]);
    server.clear_faults();
    order_of_answers(&server, 6);
}
