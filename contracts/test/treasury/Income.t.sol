// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { Fund, ITreasury } from "../../src/treasury/ITreasury.sol";
import { Glutton, Refuser, TreasuryFixture } from "./TreasuryFixture.sol";

/// @title What tenants paid, shared out to the wei.
contract IncomeTest is TreasuryFixture {
    uint32 private device;
    address private holder;

    function setUp() public {
        setUpTreasury();
        device = activeDeviceOf("holder");
        holder = makeAddr("holder");
        _emptyNetworksFund();
    }

    function testFuzz_halfIsTheOwnersAndHalfTheNetworks(uint96 amount) public {
        shareIncome(0, one(device, 1, amount));
        uint256 half = amount / 2;
        uint256 rest = amount - half;
        assertEq(holder.balance, half, "owner: half, rounded down");
        assertEq(operator(1).balance, rest / 10, "masternode: a tenth of the rest");
        assertEq(TREASURY.fundOf(Fund.Reserve), rest / 5, "reserve: a fifth of the rest");
        assertEq(TREASURY.fundOf(Fund.Network), rest - rest / 10 - rest / 5, "network: what that leaves");
        assertEq(
            System.TREASURY.balance,
            TREASURY.fundOf(Fund.Network) + TREASURY.fundOf(Fund.Reserve),
            "nothing lies around"
        );
    }

    function testFuzz_anySharesAndPaymentsLeaveNothingOver(uint256 seed, uint8 count) public {
        vm.warp(GENESIS + PERIOD);
        _setShares(
            uint16(bound(uint256(keccak256(abi.encode(seed, 1))), 5000, 10_000)),
            uint16(bound(uint256(keccak256(abi.encode(seed, 2))), 0, 9000)),
            1000
        );
        uint32 other = activeDeviceOf("another holder");
        _emptyNetworksFund();
        ITreasury.Payment[] memory payments = new ITreasury.Payment[](bound(count, 1, 20));
        uint256 sum = 0;
        for (uint256 i = 0; i < payments.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(seed, i, "payment")));
            uint96 amount = uint96(random >> 176);
            payments[i] = ITreasury.Payment(
                instance(random % 3), random % 2 == 0 ? device : other, uint24(1 + random % 5), amount
            );
            sum += amount;
        }
        shareIncome(1, payments);
        uint256 shared = holder.balance + makeAddr("another holder").balance + TREASURY.fundOf(Fund.Network)
            + TREASURY.fundOf(Fund.Reserve);
        for (uint32 id = 1; id <= FOUNDING_MASTERNODES; ++id) {
            shared += operator(id).balance;
        }
        assertEq(shared, sum, "all of it, once");
    }

    function test_whoOwnedTheDeviceAtThePeriodsStartIsPaid() public {
        uint256 key = DEVICES.device(device).key;
        vm.warp(GENESIS + PERIOD + 1);
        transferKey(holder, bob, key);
        shareIncome(1, one(device, 1, 100));
        assertEq(holder.balance, 50, "sold within the period");
        shareIncome(2, one(device, 1, 100));
        assertEq(bob.balance, 50, "the period after");
    }

    function test_aPeriodKeepsTheSharesOfItsStart() public {
        vm.warp(GENESIS + PERIOD + 1);
        _setShares(10_000, 0, 1000);
        shareIncome(1, one(device, 1, 100));
        assertEq(holder.balance, 50, "started before the vote");
        shareIncome(2, one(device, 1, 100));
        assertEq(holder.balance, 150, "started after it");
        ITreasury.IncomeShares memory before = TREASURY.incomeSharesAt(GENESIS + PERIOD);
        assertEq(before.ownerBps, 5000, "as it was");
        assertEq(TREASURY.incomeSharesAt(GENESIS + PERIOD + 1).ownerBps, 10_000, "as it is");
    }

    function test_anOwnerThatRefusesLosesNothingAndDelaysNobody() public {
        Refuser refuser = new Refuser();
        _giveDeviceTo(address(refuser));
        ITreasury.Payment[] memory payments = new ITreasury.Payment[](2);
        payments[0] = ITreasury.Payment(instance(1), device, 1, 100);
        payments[1] = ITreasury.Payment(instance(2), activeDeviceOf("the next"), 1, 100);
        shareIncome(2, payments);
        assertEq(TREASURY.owedTo(address(refuser)), 50, "kept");
        assertEq(makeAddr("the next").balance, 50, "the next was paid");
        vm.prank(address(refuser));
        TREASURY.collect(alice);
        assertEq(alice.balance, 50, "collected elsewhere");
    }

    function test_anOwnerThatBurnsGasCostsThirtyThousand() public {
        Glutton glutton = new Glutton();
        _giveDeviceTo(address(glutton));
        uint256 before = gasleft();
        shareIncome(2, one(device, 1, 100));
        assertTrue(before - gasleft() < 300_000, "no more than a push may cost");
        assertEq(TREASURY.owedTo(address(glutton)), 50, "kept");
    }

    function test_onlyTheLeasesShareIncome() public {
        vm.expectRevert(abi.encodeWithSelector(ITreasury.TreasuryCallerNotLeases.selector, stranger));
        vm.prank(stranger);
        TREASURY.shareIncome(0, one(device, 1, 0));
    }

    function testFuzz_sharesStayWithinTheirBounds(uint16 ownerBps, uint16 masternodeBps, uint16 reserveBps)
        public
    {
        (ownerBps, masternodeBps) =
        (uint16(bound(ownerBps, 4000, 11_000)), uint16(bound(masternodeBps, 0, 11_000)));
        reserveBps = uint16(bound(reserveBps, 500, 11_000));
        bool valid = ownerBps >= 5000 && ownerBps <= 10_000 && reserveBps >= 1000
            && uint256(masternodeBps) + reserveBps <= 10_000;
        if (!valid) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    ITreasury.TreasurySharesInvalid.selector, ownerBps, masternodeBps, reserveBps
                )
            );
        }
        _setShares(ownerBps, masternodeBps, reserveBps);
        assertEq(TREASURY.incomeSharesAt(block.timestamp).reserveBps, valid ? reserveBps : 2000, "reserve");
    }

    function _setShares(uint16 ownerBps, uint16 masternodeBps, uint16 reserveBps) private {
        vm.prank(owner);
        TREASURY.setIncomeShares(ITreasury.IncomeShares(ownerBps, masternodeBps, reserveBps));
    }

    /// @dev The price of a key is in it.
    function _emptyNetworksFund() private {
        vm.startPrank(owner);
        TREASURY.spend(Fund.Network, stranger, TREASURY.fundOf(Fund.Network));
        vm.stopPrank();
    }

    /// @dev From the next period on.
    function _giveDeviceTo(address receiver) private {
        vm.warp(GENESIS + PERIOD + 1);
        transferKey(holder, receiver, DEVICES.device(device).key);
        vm.warp(GENESIS + 2 * PERIOD + 1);
    }
}
