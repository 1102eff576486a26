// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { DeviceStatus } from "../../src/devices/IDevices.sol";
import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { IMasternodes, MasternodeStatus } from "../../src/masternodes/IMasternodes.sol";
import { ISettlement } from "../../src/settlement/ISettlement.sol";
import { Fund } from "../../src/treasury/ITreasury.sol";
import { Vm } from "../base/Vm.sol";
import { DevicesFixture } from "../devices/DevicesFixture.sol";
import { LeafHasher } from "../settlement/SettlementFixture.sol";
import { Conservation } from "./Conservation.sol";
import { Quorum } from "./Quorum.sol";

/// @title The whole story through the real contracts, from a network in which nobody owns NXQ: after each chapter every
/// wei of the 21,000,000 NXQ is where the contracts say it is.
contract StoryTest is Conservation, Quorum, DevicesFixture {
    uint256 private constant EMISSION_OF_PERIOD = 12.5e18;
    /// @dev A tenth above the first price, in wei per micro-USD; a multiple of 3,600, as every price.
    uint256 private constant QUOTE = ((PRICE / 3600) * 11 / 10) * 3600;
    uint32 private constant KIND = 1;
    uint64 private constant TOKEN = 1;
    /// @dev Seconds of periods 1 and 2 in which the lease runs.
    uint256 private constant FIRST_OVERLAP = 200;
    uint256 private constant SECOND_OVERLAP = 100;
    uint32 private constant NEWCOMER = FOUNDING_MASTERNODES + 1;
    uint96 private constant DEPOSIT = 2e18;

    /// @dev What a story decides: money in wei, the rate in micro-USD an hour.
    struct Plot {
        uint96 earned;
        uint40 rate;
        uint32 firstSeen;
        uint32 secondSeen;
        uint96 credit;
    }

    LeafHasher private hasher = new LeafHasher();
    InstanceKey private instance;
    uint32 private device;
    uint256 private key;

    function setUp() public {
        setUpNetwork();
        vm.deal(address(this), 0);
        people = [founder, secondFounder, alice, bob, masternode(NEWCOMER), operator(NEWCOMER), address(this)];
        instance = InstanceKey.wrap(bytes32(bytes20(bob)) | bytes32(uint256(1)));
    }

    function test_theStoryInRoundFigures() public {
        _tell(Plot({ earned: 9e18, rate: 3_600_000, firstSeen: 150, secondSeen: 100, credit: 1e18 }));
        assertEq(System.VALIDATOR_POOL.balance, 4 * 1.25e18, "a tenth of four periods");
        assertEq(System.EMISSION.balance, HALF - 4 * EMISSION_OF_PERIOD, "four periods are out");
        uint256 paid = 1000 * QUOTE * (150 + 100);
        assertEq(alice.balance, 2e18 + paid / 2, "a reward and half of what the tenant paid");
        assertEq(operator(NEWCOMER).balance, STAKE + paid / 20, "the stake and a tenth of the other half");
        assertEq(TREASURY.fundOf(Fund.Reserve), paid / 10, "a fifth of it");
    }

    function testFuzz_noWeiIsLostWhateverIsWitnessed(Plot memory plot) public {
        plot.earned = uint96(bound(plot.earned, 6e18, 10e18));
        plot.rate = uint40(bound(plot.rate, 1, 9_000_000));
        plot.firstSeen = uint32(bound(plot.firstSeen, 0, 2 * FIRST_OVERLAP));
        plot.secondSeen = uint32(bound(plot.secondSeen, 0, 2 * SECOND_OVERLAP));
        _tell(plot);
    }

    function _tell(Plot memory plot) private {
        assertConserved("genesis");
        _aFoundersDeviceEarns(plot.earned);
        _aKeyIsBought();
        _aMasternodeComes();
        _aTenantLeases(plot.rate);
        _aPeriodIsPaid(plot);
        _theKeyIsSold();
        _theLeaseEnds(plot);
        _everybodyLeaves();
        _aCreditIsPaid(plot.credit);
    }

    // ---- chapters ----

    /// @dev A founding key costs nothing: so the first NXQ come to somebody.
    function _aFoundersDeviceEarns(uint96 earned) private {
        uint32 first = registerTo("founder", 1);
        measureNow(first, scores(10));
        acceptAs("founder", first, scores(10));
        vm.prank(priceSigner);
        PRICES.quote(QUOTE);
        ISettlement.Reward[] memory rewards = new ISettlement.Reward[](1);
        rewards[0] = ISettlement.Reward(founder, first, earned, 300, 5000);
        delete leaves;
        leaves.push(hasher.reward(rewards[0]));
        settlePeriod(0, earned);
        settled.push(0);
        assertEq(TREASURY.fundOf(Fund.Development), 10e18 - earned, "what nobody earned");
        SETTLEMENT.payRewards(0, rewards, proofOf(0, 1));
        assertEq(founder.balance, earned, "the reward");
        assertEq(TREASURY.owedTo(founder), 1.25e18 * 3333 / 10_000, "period 0's fund part is the founders'");
        assertEq(TREASURY.owedTo(secondFounder), 1.25e18 - TREASURY.owedTo(founder), "to the wei");
        assertConserved("a reward was paid");
        vm.prank(founder);
        TREASURY.collect(founder);
        assertConserved("a founder collected");
    }

    function _aKeyIsBought() private {
        assertEq(PRICES.currentPrice(), QUOTE, "the quote fixed the period's price");
        uint256 price = QUOTE * KEY_PRICE;
        uint256 before = founder.balance;
        vm.prank(founder);
        key = KEYS.buy{ value: price + 1 }(alice);
        assertEq(founder.balance, before - price, "what was too much came back");
        assertEq(TREASURY.fundOf(Fund.Network), price, "the price of a key");
        device = registerTo("alice", key);
        measureNow(device, scores(20));
        acceptAs("alice", device, scores(20));
        assertStatus(device, DeviceStatus.Active, "it may work");
        assertConserved("a key was bought");
    }

    function _aMasternodeComes() private {
        address hotKey = masternode(NEWCOMER);
        _send(founder, hotKey, STAKE);
        vm.prank(hotKey);
        uint32 id = MASTERNODES.register{ value: STAKE }(
            IMasternodes.Registration(operator(NEWCOMER), "tls", "eu-west-1", "newcomer.example:4433")
        );
        assertEq(id, NEWCOMER, "its number");
        vm.prank(owner);
        MASTERNODES.admit(id);
        masternodes = NEWCOMER;
        assertEq(MASTERNODES.activeSeats(), (1 << NEWCOMER) - 1, "six masternodes");
        assertConserved("a stake was bonded");
    }

    function _aTenantLeases(uint40 rate) private {
        _send(founder, bob, DEPOSIT);
        vm.prank(owner);
        PRICES.listKind(KIND, "small", rate);
        vm.startPrank(bob);
        LEASES.deposit{ value: DEPOSIT }(bob);
        LEASES.approve(NEWCOMER);
        LEASES.setLimits(DEPOSIT, rate);
        vm.stopPrank();
        vm.warp(GENESIS + 2 * PERIOD - FIRST_OVERLAP);
        assertTrue(_open(masternode(1)) == ILeases.Refusal.NotApproved, "bob did not approve this one");
        assertTrue(_open(masternode(NEWCOMER)) == ILeases.Refusal.None, "opened");
        assertEq(LEASES.account(bob).buffers, uint256(rate) * (QUOTE / 3600) * 60, "a minute's buffer");
        assertConserved("a lease was opened");
    }

    function _aPeriodIsPaid(Plot memory plot) private {
        ISettlement.Reward[] memory rewards = new ISettlement.Reward[](2);
        rewards[0] = ISettlement.Reward(founder, 1, 4e18, 300, 5000);
        rewards[1] = ISettlement.Reward(alice, device, 2e18, 300, 9000);
        delete leaves;
        leaves.push(hasher.reward(rewards[0]));
        leaves.push(hasher.reward(rewards[1]));
        leaves.push(hasher.bill(instance, TOKEN, plot.firstSeen));
        settlePeriod(1, 6e18);
        settled.push(1);
        assertConserved("a root was agreed");
        SETTLEMENT.payRewards(1, rewards, proofOf(0, 2));
        assertEq(alice.balance, 2e18, "the reward");
        assertConserved("rewards were paid");
        _bill(1, plot.rate, _least(plot.firstSeen, FIRST_OVERLAP), plot.firstSeen);
        _bill(1, plot.rate, 0, plot.firstSeen);
    }

    /// @dev The buyer is the tenant: what the device earned in a period that began before the sale is the seller's.
    function _theKeyIsSold() private {
        transferKey(alice, bob, key);
        assertStatus(device, DeviceStatus.Suspended, "until bob accepts it");
        vm.warp(GENESIS + 2 * PERIOD + SECOND_OVERLAP);
        vm.prank(bob);
        LEASES.close(_ref());
        assertEq(LEASES.account(bob).buffers, 0, "the buffer is free");
        assertTrue(
            _open(masternode(NEWCOMER)) == ILeases.Refusal.DeviceNotActive, "nothing starts on it meanwhile"
        );
        assertConserved("a key was sold");
    }

    function _theLeaseEnds(Plot memory plot) private {
        delete leaves;
        leaves.push(hasher.bill(instance, TOKEN, plot.secondSeen));
        settlePeriod(2, 0);
        settled.push(2);
        _bill(2, plot.rate, _least(plot.secondSeen, SECOND_OVERLAP), plot.secondSeen);
        ILeases.AccountView memory account = LEASES.account(bob);
        assertEq(account.holds + account.rateSum + account.weighted, 0, "nothing is reserved any more");
        acceptAs("bob", device, scores(20));
        assertStatus(device, DeviceStatus.Active, "bob's own now");
        assertEq(DEVICES.device(device).owner, bob, "bob's own now");
    }

    function _everybodyLeaves() private {
        uint96 left = uint96(LEASES.account(bob).balance);
        vm.startPrank(bob);
        LEASES.announceWithdrawal(left);
        vm.warp(block.timestamp + 61);
        LEASES.withdraw(bob);
        vm.stopPrank();
        assertEq(bob.balance, left, "what was not charged");
        assertEq(System.LEASES.balance, 0, "nobody's account holds anything");
        vm.startPrank(operator(NEWCOMER));
        MASTERNODES.startLeaving(NEWCOMER);
        vm.warp(block.timestamp + UNBONDING);
        MASTERNODES.withdrawStake(NEWCOMER, operator(NEWCOMER));
        vm.stopPrank();
        masternodes = FOUNDING_MASTERNODES;
        assertTrue(MASTERNODES.masternode(NEWCOMER).status == MasternodeStatus.Left, "left");
        assertConserved("everybody left");
    }

    /// @dev A month later: the treasury gives back its own part of that lease at most, once.
    function _aCreditIsPaid(uint96 amount) private {
        uint256 period = 30 days / PERIOD - 1;
        ISettlement.Credit[] memory credits = new ISettlement.Credit[](1);
        credits[0] = ISettlement.Credit(instance, 0, amount);
        delete leaves;
        leaves.push(hasher.credit(credits[0]));
        settlePeriod(period, 0);
        settled.push(period);
        (uint256 received,) = TREASURY.incomeOf(instance, 0);
        for (uint256 i = 0; i < 2; ++i) {
            SETTLEMENT.payCredits(period, credits, proofOf(0, 1));
            assertEq(LEASES.account(bob).balance, _least(amount, received), "credited once");
            assertConserved("a credit was paid");
        }
    }

    // ---- what chapters do again and again ----

    /// @dev Pays the last leaf, a bill, and follows the money by the rules of the economy.
    function _bill(uint256 period, uint256 rate, uint256 billed, uint32 seen) private {
        ILeases.Bill[] memory bills = new ILeases.Bill[](1);
        bills[0] = ILeases.Bill(instance, TOKEN, seen);
        uint256 charge = (rate * QUOTE * billed) / 3600;
        uint256 toOwner = charge / 2;
        uint256 toMasternode = ((charge - toOwner) * 1000) / 10_000;
        uint256 toReserve = ((charge - toOwner) * 2000) / 10_000;
        uint256[5] memory expected = _books();
        expected[0] -= charge;
        expected[1] += toOwner;
        expected[2] += toMasternode;
        expected[3] += toReserve;
        expected[4] += charge - toOwner - toMasternode - toReserve;
        SETTLEMENT.payBills(period, bills, proofOf(leaves.length - 1, 1));
        uint256[5] memory books = _books();
        for (uint256 i = 0; i < books.length; ++i) {
            assertEq(books[i], expected[i], "tenant, owner, masternode, reserve, network");
        }
        assertConserved("a bill was paid");
    }

    function _books() private view returns (uint256[5] memory) {
        return [
            LEASES.account(bob).balance,
            alice.balance,
            operator(NEWCOMER).balance,
            TREASURY.fundOf(Fund.Reserve),
            TREASURY.fundOf(Fund.Network)
        ];
    }

    function _open(address from) private returns (ILeases.Refusal refusal) {
        ILeases.Opening[] memory batch = new ILeases.Opening[](1);
        uint64 token = LEASES.lastToken(instance) + 1;
        batch[0] = ILeases.Opening(instance, device, KIND, uint40(block.timestamp), token, 0);
        vm.recordLogs();
        vm.prank(from);
        LEASES.open(batch);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != ILeases.OpeningRefused.selector) continue;
            (, refusal) = abi.decode(logs[i].data, (uint64, ILeases.Refusal));
        }
    }

    function _send(address from, address to, uint256 amount) private {
        vm.prank(from);
        (bool sent,) = to.call{ value: amount }("");
        assertTrue(sent, "sent");
    }

    function _ref() private view returns (ILeases.LeaseRef[] memory refs) {
        refs = new ILeases.LeaseRef[](1);
        refs[0] = ILeases.LeaseRef(instance, TOKEN);
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
