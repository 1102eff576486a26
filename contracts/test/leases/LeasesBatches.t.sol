// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { ITreasury } from "../../src/treasury/ITreasury.sol";
import { LeasesFixture } from "./LeasesFixture.sol";

/// @title Batches of good, bad and again good items: a bad one is left out by its reason and stops none after it.
contract LeasesBatchesTest is LeasesFixture {
    /// @dev A second of the small kind at the first price.
    uint256 private constant SECOND = RATE * (PRICE / 3600);
    uint256 private constant BUFFER = SECOND * 60;

    address private alice = tenant(1);
    address private bob = tenant(2);
    InstanceKey private first = instanceOf(tenant(1), 1);
    InstanceKey private bad = instanceOf(tenant(1), 2);
    InstanceKey private second = instanceOf(tenant(2), 3);

    function setUp() public {
        setUpLeases();
        _fund(alice);
        _fund(bob);
    }

    function test_openingsAfterABadOneAreOpened() public {
        ILeases.Opening[] memory batch = new ILeases.Opening[](3);
        batch[0] = ILeases.Opening(first, 7, 1, uint40(GENESIS), 1, 0);
        batch[1] = ILeases.Opening(bad, 7, 99, uint40(GENESIS), 1, 0);
        batch[2] = ILeases.Opening(second, 8, 2, uint40(GENESIS), 1, 0);
        assertRefused(
            openBatch(masternode(1), batch), _one(bad, ILeases.Refusal.KindNotListed), "only the bad one"
        );
        assertEq(LEASES.lease(first, 1).device, 7, "before it");
        assertEq(LEASES.lease(bad, 1).token, 0, "itself");
        assertEq(LEASES.lease(second, 1).device, 8, "after it");
        assertEq(LEASES.account(alice).rateSum, RATE, "one lease of the first account");
        assertEq(LEASES.account(bob).rateSum, 2 * RATE, "one of the second");
    }

    function test_closingsAfterABadOneAreClosed() public {
        _openThree();
        vm.warp(GENESIS + 10);
        MASTERNODES.setActive(2, true);
        vm.prank(alice);
        LEASES.approve(2);
        vm.prank(bob);
        LEASES.approve(2);
        closeOne(alice, bad, 1);
        assertRefused(
            closeBatch(masternode(2), _three()), _one(bad, ILeases.Refusal.NotOpen), "only the bad one"
        );
        assertEq(LEASES.lease(first, 1).end, GENESIS + 10, "before it");
        assertEq(LEASES.lease(second, 1).end, GENESIS + 10, "after it");
        assertEq(LEASES.account(bob).holds, 10 * SECOND, "held");
    }

    function test_everyInsolventLeaseOfABatchIsRewarded() public {
        _openThree();
        vm.warp(GENESIS + PERIOD);
        SETTLEMENT.settle(0);
        closeOne(alice, bad, 1);
        _limitTo(alice, LEASES.account(alice).holds + BUFFER + PERIOD * SECOND);
        _limitTo(bob, BUFFER + PERIOD * SECOND);
        vm.warp(GENESIS + PERIOD + 1);
        assertRefused(
            closeInsolventBatch(stranger, _three()), _one(bad, ILeases.Refusal.NotOpen), "only the bad one"
        );
        assertEq(stranger.balance, 2 * (BUFFER / 10), "a tenth of both buffers, at once");
        assertEq(LEASES.lease(first, 1).end, GENESIS + PERIOD + 1, "before it");
        assertEq(LEASES.lease(second, 1).end, GENESIS + PERIOD + 1, "after it");
    }

    function test_everyPaymentOfABatchIsHandedOnWithItsDevice() public {
        _openThree();
        vm.warp(GENESIS + 10);
        closeOne(alice, bad, 1);
        vm.warp(GENESIS + 2 * PERIOD);
        SETTLEMENT.settle(0);
        billOne(0, bad, 1, 5);
        ILeases.Bill[] memory batch = new ILeases.Bill[](3);
        batch[0] = ILeases.Bill(first, 1, 20);
        batch[1] = ILeases.Bill(bad, 1, 30);
        batch[2] = ILeases.Bill(second, 1, 40);
        assertRefused(billBatch(0, batch), _one(bad, ILeases.Refusal.AlreadyFinished), "only the bad one");
        ITreasury.Payment[] memory payments = TREASURY.lastPayments();
        assertEq(payments.length, 2, "payments");
        _assertPayment(payments[0], ITreasury.Payment(first, 7, 1, uint96(20 * SECOND)));
        _assertPayment(payments[1], ITreasury.Payment(second, 8, 1, uint96(40 * SECOND)));
        assertEq(TREASURY.shared(), (5 + 20 + 40) * SECOND, "in all");
    }

    /// @dev The closed one was followed by another, so that it is a residue.
    function test_closedLeasesNameTheirDeviceAndMasternodeInPlaceAndAfterwards() public {
        _openThree();
        vm.warp(GENESIS + 10);
        closeOne(alice, first, 1);
        closeOne(bob, second, 1);
        openOne(masternode(1), ILeases.Opening(second, 9, 1, uint40(GENESIS + 10), 2, 0));
        vm.warp(GENESIS + PERIOD);
        SETTLEMENT.settle(0);
        ILeases.Bill[] memory batch = new ILeases.Bill[](2);
        batch[0] = ILeases.Bill(first, 1, 10);
        batch[1] = ILeases.Bill(second, 1, 10);
        billBatch(0, batch);
        ITreasury.Payment[] memory payments = TREASURY.lastPayments();
        _assertPayment(payments[0], ITreasury.Payment(first, 7, 1, uint96(10 * SECOND)));
        _assertPayment(payments[1], ITreasury.Payment(second, 8, 1, uint96(10 * SECOND)));
    }

    function test_leasesAfterABadOneAreSkipped() public {
        _openThree();
        vm.warp(GENESIS + 10);
        closeOne(alice, bad, 1);
        vm.warp(GENESIS + 15 * PERIOD);
        skipOne(0, bad, 1);
        assertRefused(skipBatch(0, _three()), _one(bad, ILeases.Refusal.AlreadyFinished), "only the bad one");
        assertEq(LEASES.lease(first, 1).from, GENESIS + PERIOD, "before it");
        assertEq(LEASES.lease(second, 1).from, GENESIS + PERIOD, "after it");
        assertEq(TREASURY.batches(), 0, "nothing is paid");
    }

    /// @dev Bills of several leases may come in any order; only those of one lease have to follow each other.
    function test_theOrderWithinABatchChangesNothing() public {
        _openThree();
        vm.warp(GENESIS + PERIOD);
        SETTLEMENT.settle(0);
        uint256 start = vm.snapshotState();
        uint8[3][6] memory orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        InstanceKey[3] memory keys = [first, bad, second];
        for (uint256 i = 0; i < orders.length; ++i) {
            ILeases.Bill[] memory batch = new ILeases.Bill[](3);
            for (uint256 j = 0; j < 3; ++j) {
                uint8 which = orders[i][j];
                batch[j] = ILeases.Bill(keys[which], 1, uint32(10 * (1 + which)));
            }
            assertEq(billBatch(0, batch).length, 0, "all are taken");
            assertEq(LEASES.account(alice).charged, (10 + 20) * SECOND, "the first account's");
            assertEq(LEASES.account(bob).charged, 30 * SECOND, "the second's");
            vm.revertToState(start);
        }
    }

    // ---- setup ----

    function _fund(address account) private {
        vm.deal(address(this), 1000 * SECOND);
        LEASES.deposit{ value: 1000 * SECOND }(account);
        vm.startPrank(account);
        LEASES.approve(1);
        LEASES.setLimits(type(uint96).max, type(uint40).max);
        vm.stopPrank();
    }

    function _limitTo(address account, uint256 maxTotal) private {
        vm.prank(account);
        LEASES.setLimits(uint96(maxTotal), type(uint40).max);
    }

    function _openThree() private {
        ILeases.Opening[] memory batch = new ILeases.Opening[](3);
        batch[0] = ILeases.Opening(first, 7, 1, uint40(GENESIS), 1, 0);
        batch[1] = ILeases.Opening(bad, 7, 1, uint40(GENESIS), 1, 0);
        batch[2] = ILeases.Opening(second, 8, 1, uint40(GENESIS), 1, 0);
        assertEq(openBatch(masternode(1), batch).length, 0, "all are open");
    }

    function _three() private view returns (ILeases.LeaseRef[] memory batch) {
        batch = new ILeases.LeaseRef[](3);
        batch[0] = ILeases.LeaseRef(first, 1);
        batch[1] = ILeases.LeaseRef(bad, 1);
        batch[2] = ILeases.LeaseRef(second, 1);
    }

    function _one(InstanceKey instance, ILeases.Refusal refusal)
        private
        pure
        returns (Refused[] memory list)
    {
        list = new Refused[](1);
        list[0] = Refused(instance, 1, refusal);
    }

    function _assertPayment(ITreasury.Payment memory found, ITreasury.Payment memory expected) private pure {
        assertEq(InstanceKey.unwrap(found.instance), InstanceKey.unwrap(expected.instance), "instance");
        assertEq(found.device, expected.device, "device");
        assertEq(found.masternode, expected.masternode, "masternode");
        assertEq(found.amount, expected.amount, "amount");
    }
}
